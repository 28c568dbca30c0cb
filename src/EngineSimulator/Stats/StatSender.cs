using System.Buffers;
using System.Text;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.EngineSimulator.Stats;

/// <summary>Pushes the stat records of an engine's ranks, and drops them when nobody takes them, as the vLLM plugin does. Not thread-safe.</summary>
internal sealed class StatSender : IAsyncDisposable
{
    // The newest record makes older ones worthless: few are kept for a receiver that is away.
    private const int Capacity = 256;

    private readonly IZmqSocket _socket;
    private readonly byte[] _engine;
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private ulong _dropped;

    private StatSender(Engine engine, IZmqSocket socket)
    {
        _engine = Encoding.UTF8.GetBytes(engine.Name);
        _socket = socket;
    }

    /// <summary>Records handed over.</summary>
    public long Sent => _socket.Counters.Sent;

    /// <summary>Records nobody took.</summary>
    public ulong Dropped => _dropped;

    public static async Task<StatSender> StartAsync(Engine engine, IZmqContext context, CancellationToken cancellationToken)
    {
        var socket = context.CreateSocket(ZmqSocketType.Push, new ZmqSocketOptions { SendHighWaterMark = Capacity, SendCapacity = Capacity, Immediate = true });
        await socket.ConnectAsync(engine.StatsConnect!, cancellationToken);
        return new StatSender(engine, socket);
    }

    public void Send(int rank, double timestamp, int blocks, double usage, int running, int waiting, long prefixQueries, long prefixHits)
    {
        var record = new StatRecord
        {
            Engine = _engine,
            Rank = (uint)rank,
            Timestamp = timestamp,
            Blocks = (ulong)blocks,
            Usage = usage,
            Running = (ulong)running,
            Waiting = (ulong)waiting,
            PrefixQueries = (ulong)prefixQueries,
            PrefixHits = (ulong)prefixHits,
            Dropped = _dropped,
        };
        _buffer.ResetWrittenCount();
        StatRecordCodec.Write(record, _buffer);
        if (_socket.TrySend(new ZmqFrames(_buffer.WrittenMemory)) is not ZmqSendStatus.Ok)
        {
            _dropped++;
        }
    }

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
