namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Messages and commands in the order they were given, with the bytes of all of them in one buffer that is used again and again.</summary>
internal sealed class OutgoingBatch
{
    // What an entry costs beside its bytes, so that a flood of empty messages is bounded too.
    public const int EntryOverhead = 64;

    private const int KeptBytes = 1024 * 1024;
    private const int QuietBatches = 64;

    private byte[] _bytes = new byte[16 * 1024];
    private OutgoingEntry[] _entries = new OutgoingEntry[64];
    private int _used;
    private int _quiet;

    public int Count { get; private set; }

    /// <summary>Cost of what is in it, counted against <see cref="NatsOptions.MaxPendingBytes"/>.</summary>
    public long Cost => _used + ((long)Count * EntryOverhead);

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    public ref readonly OutgoingEntry this[int index] => ref _entries[index];

    public ReadOnlyMemory<byte> Payload(int index) => _bytes.AsMemory(_entries[index].PayloadStart, _entries[index].PayloadLength);

    public ReadOnlySpan<byte> HeaderPairs(int index) => _bytes.AsSpan(_entries[index].PayloadStart - _entries[index].HeaderLength, _entries[index].HeaderLength);

    public void Add(NatsSubject subject, ReadOnlySpan<byte> payload, NatsHeaders? headers, NatsSubject? replyTo)
    {
        var pairs = headers is null ? default : headers.NulTerminatedPairs;
        var needed = _used + pairs.Length + payload.Length;
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        }

        pairs.CopyTo(_bytes.AsSpan(_used));
        payload.CopyTo(_bytes.AsSpan(_used + pairs.Length));
        Next() = new OutgoingEntry(subject, replyTo, _used + pairs.Length, payload.Length, pairs.Length, headers?.Count ?? 0, null);
        _used = needed;
    }

    public void Add(LinkCommand command) => Next() = new OutgoingEntry(null, null, 0, 0, 0, 0, command);

    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Count = 0;

        // One burst must not pin its peak for ever, and a steady flood must not allocate for each batch.
        _quiet = _bytes.Length > KeptBytes && _used <= KeptBytes ? _quiet + 1 : 0;
        _used = 0;
        if (_quiet == QuietBatches)
        {
            _quiet = 0;
            _bytes = new byte[KeptBytes];
        }
    }

    private ref OutgoingEntry Next()
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        return ref _entries[Count++];
    }
}

/// <summary>One message (a subject) or one command.</summary>
internal readonly record struct OutgoingEntry(
    NatsSubject? Subject,
    NatsSubject? ReplyTo,
    int PayloadStart,
    int PayloadLength,
    int HeaderLength,
    int HeaderCount,
    LinkCommand? Command);
