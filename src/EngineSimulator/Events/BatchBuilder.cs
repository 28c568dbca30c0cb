using System.Buffers;
using DynamoAspire.EngineSimulator.Pool;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.EngineSimulator.Events;

/// <summary>Collects what a rank's cache tells during a step into one batch, in the encoding of an engine generation.</summary>
internal sealed class BatchBuilder : ICacheEvents
{
    private const int DigestLength = 32;
    private readonly KvBatchEncoder _encoder;
    private readonly KvHashForm _hashForm;
    private readonly int _blockSize;
    private readonly ArrayBufferWriter<byte> _payload = new(4_096);
    private readonly ArrayBufferWriter<byte> _noKeys = new(64);
    private byte[] _digests = [];

    public BatchBuilder(KvEventSchema schema, KvHashForm hashForm, int blockSize)
    {
        _encoder = new KvBatchEncoder(schema, hashForm);
        _hashForm = hashForm;
        _blockSize = blockSize;
    }

    /// <summary>What is told of each block beside hash and tokens.</summary>
    public EventForm Form { get; set; } = EventForm.Gpu;

    /// <summary>Blocks stored, removed and caches cleared so far, for the state page.</summary>
    public (long Stored, long Removed, long Cleared) Totals { get; private set; }

    public bool IsEmpty => _encoder.Count == 0;

    public void Stored(ReadOnlySpan<ulong> hashes, ulong? parent, ReadOnlySpan<uint> tokens)
    {
        Totals = Totals with { Stored = Totals.Stored + hashes.Length };
        var fields = new KvStoredFields
        {
            BlockHashes = hashes,
            ParentBlockHash = parent,
            TokenIds = tokens,
            BlockSize = _blockSize,
            Medium = Form.Medium,
            LoraId = Form.LoraId,
            LoraName = Form.LoraName,
            ExtraKeys = Form.ExtraKeys is { } keys ? keys.Span : NoKeys(hashes.Length),
            GroupIndex = Form.GroupIndex,
            SpecKind = Form.SpecKind,
            SlidingWindow = Form.SlidingWindow,
            Locality = Form.Locality,
            Ownership = Form.Ownership,
            SessionId = Form.SessionId,
            CacheSalt = Form.CacheSalt,
        };
        if (_hashForm is KvHashForm.Digest)
        {
            var digests = Digests(hashes, parent);
            fields.BlockDigests = digests.AsSpan(DigestLength, hashes.Length * DigestLength);
            fields.ParentDigest = parent.HasValue ? digests.AsSpan(0, DigestLength) : default;
        }

        _encoder.AddStored(fields);
    }

    public void Removed(ulong hash) => Removed([hash]);

    /// <summary>Several blocks were evicted at once.</summary>
    public void Removed(ReadOnlySpan<ulong> hashes)
    {
        Totals = Totals with { Removed = Totals.Removed + hashes.Length };
        var fields = new KvRemovedFields
        {
            BlockHashes = hashes,
            Medium = Form.Medium,
            GroupIndex = Form.GroupIndex,
            Locality = Form.Locality,
            Ownership = Form.Ownership,
        };
        if (_hashForm is KvHashForm.Digest)
        {
            fields.BlockDigests = Digests(hashes, parent: null).AsSpan(DigestLength, hashes.Length * DigestLength);
        }

        _encoder.AddRemoved(fields);
    }

    public void Cleared()
    {
        Totals = Totals with { Cleared = Totals.Cleared + 1 };
        _encoder.AddCleared();
    }

    /// <summary>The batch of the events so far; the next one starts empty.</summary>
    public byte[] Complete(double timestamp, int? rank)
    {
        _payload.ResetWrittenCount();
        _encoder.Complete(timestamp, rank, _payload);

        // Kept for replay by the publisher, hence a copy of its own.
        return _payload.WrittenSpan.ToArray();
    }

    /// <summary>array: one nil per block; what vLLM sends where nothing but the tokens went into the hashes.</summary>
    private ReadOnlySpan<byte> NoKeys(int blocks)
    {
        _noKeys.ResetWrittenCount();
        var writer = new MessagePackWriter(_noKeys);
        writer.WriteArrayHeader(blocks);
        for (var i = 0; i < blocks; i++)
        {
            writer.WriteNil();
        }

        writer.Flush();
        return _noKeys.WrittenSpan;
    }

    private byte[] Digests(ReadOnlySpan<ulong> hashes, ulong? parent)
    {
        var length = (hashes.Length + 1) * DigestLength;
        if (_digests.Length < length)
        {
            _digests = new byte[length * 2];
        }

        BlockHash.WriteDigest(parent ?? 0, _digests.AsSpan(0, DigestLength));
        for (var i = 0; i < hashes.Length; i++)
        {
            BlockHash.WriteDigest(hashes[i], _digests.AsSpan((i + 1) * DigestLength, DigestLength));
        }

        return _digests;
    }
}
