namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>
/// One event as Dynamo's routers read it. Made to be reused: <see cref="Reset"/> starts the next one in the same buffers, so nothing
/// is allocated once they have grown. Spans are valid until the next change. Not thread-safe.
/// </summary>
public sealed class RouterEvent
{
    private RouterBlock[] _blocks = new RouterBlock[16];
    private ulong[] _removed = new ulong[16];
    private MediaObject[] _media = [];
    private MediaOffset[] _offsets = [];
    private int _blockCount;
    private int _removedCount;
    private int _mediaCount;
    private int _offsetCount;

    /// <summary>Worker.</summary>
    public ulong WorkerId { get; set; }

    /// <summary>Number of the event within its (worker, rank).</summary>
    public ulong EventId { get; set; }

    /// <summary>Data-parallel rank.</summary>
    public uint DpRank { get; set; }

    /// <summary>What happened.</summary>
    public RouterEventKind Kind { get; set; }

    /// <summary>Hash of the block before the first stored one; null at the start of a sequence.</summary>
    public ulong? ParentHash { get; set; }

    /// <summary>Position of the first stored block in its sequence, where a newer sender gives it. Read, never written.</summary>
    public uint? StartPosition { get; set; }

    /// <summary>Stored blocks, a chain.</summary>
    public ReadOnlySpan<RouterBlock> Blocks => _blocks.AsSpan(0, _blockCount);

    /// <summary>Hashes of removed blocks.</summary>
    public ReadOnlySpan<ulong> RemovedHashes => _removed.AsSpan(0, _removedCount);

    /// <summary>Media of all blocks.</summary>
    public ReadOnlySpan<MediaObject> MediaObjects => _media.AsSpan(0, _mediaCount);

    /// <summary>Offsets of all media.</summary>
    public ReadOnlySpan<MediaOffset> MediaOffsets => _offsets.AsSpan(0, _offsetCount);

    /// <summary>Empties everything but the identity and sets the kind.</summary>
    public void Reset(RouterEventKind kind)
    {
        Kind = kind;
        ParentHash = null;
        StartPosition = null;
        _blockCount = _removedCount = _mediaCount = _offsetCount = 0;
    }

    /// <summary>Makes this event the same as another, which stays independent of it.</summary>
    public void CopyFrom(RouterEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Reset(source.Kind);
        WorkerId = source.WorkerId;
        EventId = source.EventId;
        DpRank = source.DpRank;
        ParentHash = source.ParentHash;
        StartPosition = source.StartPosition;
        Copy(source._blocks, source._blockCount, ref _blocks, out _blockCount);
        Copy(source._removed, source._removedCount, ref _removed, out _removedCount);
        Copy(source._media, source._mediaCount, ref _media, out _mediaCount);
        Copy(source._offsets, source._offsetCount, ref _offsets, out _offsetCount);
    }

    /// <summary>Adds a stored block. Media added since the last block become its own when <paramref name="hasMedia"/>.</summary>
    /// <param name="blockHash">Hash as the engine gave it.</param>
    /// <param name="tokensHash">Hash of its tokens.</param>
    /// <param name="hasMedia">Whether the block has media information at all (possibly of no medium).</param>
    /// <param name="mediaStart">Where its media start.</param>
    public void AddBlock(ulong blockHash, ulong tokensHash, bool hasMedia = false, int mediaStart = 0)
    {
        Grow(ref _blocks, _blockCount);
        _blocks[_blockCount++] = new RouterBlock(blockHash, tokensHash)
        {
            MediaStart = hasMedia ? mediaStart : 0,
            MediaCount = hasMedia ? _mediaCount - mediaStart : -1,
        };
    }

    /// <summary>Adds a block of another event with its media.</summary>
    public void AddBlock(RouterEvent source, int index)
    {
        ArgumentNullException.ThrowIfNull(source);
        var block = source.Blocks[index];
        var mediaStart = _mediaCount;
        for (var i = 0; i < block.MediaCount; i++)
        {
            var media = source.MediaObjects[block.MediaStart + i];
            var offsetStart = _offsetCount;
            foreach (var offset in source.MediaOffsets.Slice(media.OffsetStart, media.OffsetCount))
            {
                AddMediaOffset(offset.Start, offset.End);
            }

            AddMedia(media.Hash, offsetStart);
        }

        AddBlock(block.BlockHash, block.TokensHash, block.MediaCount >= 0, mediaStart);
    }

    /// <summary>Adds a removed block.</summary>
    public void AddRemoved(ulong blockHash)
    {
        Grow(ref _removed, _removedCount);
        _removed[_removedCount++] = blockHash;
    }

    /// <summary>Adds removed blocks.</summary>
    public void AddRemoved(ReadOnlySpan<ulong> blockHashes)
    {
        foreach (var hash in blockHashes)
        {
            AddRemoved(hash);
        }
    }

    /// <summary>Adds a medium whose offsets are those added since <paramref name="offsetStart"/>.</summary>
    public void AddMedia(ulong hash, int offsetStart)
    {
        Grow(ref _media, _mediaCount);
        _media[_mediaCount++] = new MediaObject(hash, offsetStart, _offsetCount - offsetStart);
    }

    /// <summary>Adds an offset of the medium that is added next.</summary>
    public void AddMediaOffset(ulong start, ulong end)
    {
        Grow(ref _offsets, _offsetCount);
        _offsets[_offsetCount++] = new MediaOffset(start, end);
    }

    private static void Copy<T>(T[] source, int count, ref T[] destination, out int copied)
    {
        if (destination.Length < count)
        {
            destination = new T[count];
        }

        source.AsSpan(0, count).CopyTo(destination);
        copied = count;
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (count == array.Length)
        {
            Array.Resize(ref array, Math.Max(8, count * 2));
        }
    }
}
