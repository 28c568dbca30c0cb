using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEvents.Conversion;

/// <summary>
/// Turns an engine's event into a router event: hashes the tokens of each block, stops at the first block that cannot be hashed and
/// keeps those before it. Allocates nothing once warm. One instance per (engine, rank): not thread-safe.
/// </summary>
public sealed class KvEventConverter
{
    private readonly int _blockSize;
    private ulong[] _mediaHashes = new ulong[8];

    /// <summary>Makes a converter.</summary>
    /// <param name="blockSize">Tokens per block that routers were told; 0 takes the size from each event.</param>
    public KvEventConverter(int blockSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockSize);
        _blockSize = blockSize;
    }

    /// <summary>Converts one event. The identity and the id of <paramref name="destination"/> are left alone.</summary>
    /// <returns>The first thing that was odd. The event is to be forwarded all the same, if need be without blocks.</returns>
    public KvConversionIssue Convert(in KvEventView view, RouterEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        switch (view.Kind)
        {
            case KvEventKind.Removed:
                destination.Reset(RouterEventKind.Removed);
                destination.AddRemoved(view.BlockHashes);
                return KvConversionIssue.None;
            case KvEventKind.Cleared:
                destination.Reset(RouterEventKind.Cleared);
                return KvConversionIssue.None;
            default:
                destination.Reset(RouterEventKind.Stored);
                destination.ParentHash = view.ParentBlockHash;
                return ConvertBlocks(view, destination);
        }
    }

    private KvConversionIssue ConvertBlocks(in KvEventView view, RouterEvent destination)
    {
        var hashes = view.BlockHashes;
        if (hashes.IsEmpty)
        {
            return KvConversionIssue.None;
        }

        var stride = _blockSize == 0 ? view.BlockSize : _blockSize;
        if (view.BlockSize != stride || stride is <= 0 or > int.MaxValue)
        {
            return KvConversionIssue.BlockSizeMismatch;
        }

        // Pairs of neighbours overlap: a block then takes one token of the next block into its hash.
        var window = stride + (view.TokensArePairs ? 1 : 0);
        var media = new MessagePackReader(view.BlockMmInfos);
        var hasMedia = media.TryReadArrayHeader(out var mediaBlocks);
        var tokens = view.TokenIds;
        for (var i = 0; i < hashes.Length; i++)
        {
            var start = i * stride;
            if (start + window > tokens.Length)
            {
                return KvConversionIssue.TooFewTokens;
            }

            var mediaStart = destination.MediaObjects.Length;
            var blockHasMedia = hasMedia && i < mediaBlocks && !media.TryReadNil();
            if (blockHasMedia && !MediaReader.TryRead(ref media, destination))
            {
                return KvConversionIssue.InvalidMediaInfo;
            }

            var tokensHash = BlockHasher.TokensHash(tokens.Slice((int)start, (int)window), MediaHashes(destination.MediaObjects[mediaStart..]));
            destination.AddBlock(hashes[i], tokensHash, blockHasMedia, mediaStart);
        }

        return KvConversionIssue.None;
    }

    private ReadOnlySpan<ulong> MediaHashes(ReadOnlySpan<MediaObject> objects)
    {
        if (_mediaHashes.Length < objects.Length)
        {
            Array.Resize(ref _mediaHashes, objects.Length * 2);
        }

        for (var i = 0; i < objects.Length; i++)
        {
            _mediaHashes[i] = objects[i].Hash;
        }

        return _mediaHashes.AsSpan(0, objects.Length);
    }
}
