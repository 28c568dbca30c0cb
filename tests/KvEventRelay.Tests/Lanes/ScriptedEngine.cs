using System.Buffers;
using System.Threading.Channels;
using DynamoAspire.KvEventRelay.Links;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEventRelay.Tests.Lanes;

/// <summary>An engine in memory whose every misbehaviour a test decides: what is published, what is in the replay buffer, whether replay answers.</summary>
internal sealed class ScriptedEngine
{
    private readonly KvBatchEncoder _encoder = new(KvEventSchema.M1);
    private readonly ArrayBufferWriter<byte> _payload = new();
    private double _now = 1000;

    public SortedDictionary<ulong, byte[]> Buffer { get; } = [];

    /// <summary>Sequences from which replay was asked.</summary>
    public List<ulong> Requests { get; } = [];

    public bool HasReplay { get; set; } = true;

    public bool ReplayIsSilent { get; set; }

    /// <summary>Called when a replay begins.</summary>
    public Action? OnReplay { get; set; }

    public ScriptedLink? Link { get; set; }

    /// <summary>Makes a batch that stores one block of one token and puts it into the replay buffer.</summary>
    public byte[] Stored(ulong sequence, ulong hash, ulong? parent = null) => Batch(sequence, e => e.AddStored(new KvStoredFields
    {
        BlockHashes = [hash],
        ParentBlockHash = parent,
        TokenIds = [(uint)hash],
        BlockSize = 1,
        Medium = "GPU",
    }));

    public byte[] Batch(ulong sequence, Action<KvBatchEncoder> add)
    {
        add(_encoder);
        _payload.ResetWrittenCount();
        _encoder.Complete(_now++, 0, _payload);
        return Buffer[sequence] = _payload.WrittenSpan.ToArray();
    }

    public void Publish(ulong sequence) => Link!.Live.Writer.TryWrite((sequence, Buffer[sequence]));

    public void Publish(ulong sequence, byte[] payload) => Link!.Live.Writer.TryWrite((sequence, payload));

    /// <summary>The engine dies and a new one takes its place.</summary>
    public void Restart() => Buffer.Clear();
}

internal sealed class ScriptedLink : IEngineLink
{
    private readonly ScriptedEngine _engine;
    private long _connections;

    public ScriptedLink(ScriptedEngine engine)
    {
        _engine = engine;
        engine.Link = this;
    }

    public Channel<(ulong Sequence, byte[] Payload)> Live { get; } = Channel.CreateUnbounded<(ulong, byte[])>();

    public bool CanReplay => _engine.HasReplay;

    public bool IsConnected => Connections > 0;

    public long Connections => Interlocked.Read(ref _connections);

    public int Pending => Live.Reader.Count;

    public long Malformed => 0;

    public long Oversized => 0;

    public Action? Connected { get; set; }

    public void Connect()
    {
        Interlocked.Increment(ref _connections);
        Connected?.Invoke();
    }

    public ValueTask StartAsync(CancellationToken cancellationToken) => default;

    public bool TryReceive(out LinkMessage message)
    {
        var taken = Live.Reader.TryRead(out var batch);
        message = taken ? new LinkMessage(batch.Sequence, batch.Payload) : default;
        return taken;
    }

    public async ValueTask<LinkMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        var (sequence, payload) = await Live.Reader.ReadAsync(cancellationToken);
        return new LinkMessage(sequence, payload);
    }

    public ValueTask<IReplay> ReplayAsync(ulong from, CancellationToken cancellationToken)
    {
        _engine.Requests.Add(from);
        _engine.OnReplay?.Invoke();
        return new ValueTask<IReplay>(new Replay(new Queue<(ulong, byte[])>(_engine.Buffer.Where(b => b.Key >= from).Select(b => (b.Key, b.Value))), _engine.ReplayIsSilent));
    }

    public ValueTask DisposeAsync() => default;

    private sealed class Replay(Queue<(ulong Sequence, byte[] Payload)> batches, bool isSilent) : IReplay
    {
        public ValueTask<(ReplayStep Step, LinkMessage Message)> NextAsync(CancellationToken cancellationToken) =>
            new(isSilent ? (ReplayStep.TimedOut, default)
                : batches.TryDequeue(out var batch) ? (ReplayStep.Batch, new LinkMessage(batch.Sequence, batch.Payload))
                : (ReplayStep.End, default));

        public ValueTask DisposeAsync() => default;
    }
}
