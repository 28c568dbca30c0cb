using System.Buffers;
using DynamoAspire.EngineSimulator.Pool;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.EngineSimulator.Events;

/// <summary>Collects what a rank's cache tells during a step into one batch, in the encoding of an engine generation.</summary>
internal sealed class BatchBuilder : ICacheEvents
{
    private const int DigestLength = 32;
    private const string Medium = "GPU";

    private readonly KvBatchEncoder _encoder;
    private readonly KvHashForm _hashForm;
    private readonly int _blockSize;
    private readonly string? _specKind;
    private readonly ArrayBufferWriter<byte> _payload = new(4_096);
    private byte[] _digests = [];

    public BatchBuilder(KvEventSchema schema, KvHashForm hashForm, int blockSize)
    {
        _encoder = new KvBatchEncoder(schema, hashForm);
        _hashForm = hashForm;
        _blockSize = blockSize;

        // SGLang's generations have no such field, and the encoder leaves out what a schema lacks.
        _specKind = "full_attention";
    }

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
            Medium = Medium,
            GroupIndex = 0,
            SpecKind = _specKind,
        };
        if (_hashForm is KvHashForm.Digest)
        {
            var digests = Digests(hashes, parent);
            fields.BlockDigests = digests.AsSpan(DigestLength, hashes.Length * DigestLength);
            fields.ParentDigest = parent.HasValue ? digests.AsSpan(0, DigestLength) : default;
        }

        _encoder.AddStored(fields);
    }

    public void Removed(ulong hash)
    {
        Totals = Totals with { Removed = Totals.Removed + 1 };
        var fields = new KvRemovedFields { BlockHashes = [hash], Medium = Medium, GroupIndex = 0 };
        if (_hashForm is KvHashForm.Digest)
        {
            fields.BlockDigests = Digests([hash], parent: null).AsSpan(DigestLength, DigestLength);
        }

        _encoder.AddRemoved(fields);
    }

    public void Cleared()
    {
        Totals = Totals with { Cleared = Totals.Cleared + 1 };
        _encoder.AddCleared();
    }

    /// <summary>The batch of the events so far; the next one starts empty.</summary>
    public byte[] Complete(double timestamp, int rank)
    {
        _payload.ResetWrittenCount();
        _encoder.Complete(timestamp, rank, _payload);

        // Kept for replay by the publisher, hence a copy of its own.
        return _payload.WrittenSpan.ToArray();
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
