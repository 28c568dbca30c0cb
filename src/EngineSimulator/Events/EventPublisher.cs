using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using DynamoAspire.Engines;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.EngineSimulator.Events;

/// <summary>
/// One rank's event sockets, as vLLM has them: PUB with topic, sequence (8 bytes, big-endian, from 0) and payload; ROUTER that answers
/// a start sequence with every kept batch from there on and an end marker. Where vLLM would connect the PUB (an address without wildcard) this one binds too.
/// </summary>
internal sealed partial class EventPublisher : IAsyncDisposable
{
    private static readonly byte[] s_endMarker = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    private readonly EngineRank _rank;
    private readonly SimulatorOptions _options;
    private readonly ILogger _logger;
    private readonly byte[] _topic;
    private readonly ReplayBuffer _buffer;
    private readonly LossInjector _loss;
    private readonly IZmqSocket? _events;
    private readonly IZmqSocket? _replay;
    private readonly byte[] _sequence = new byte[sizeof(ulong)];
    private Task _answering = Task.CompletedTask;
    private long _replays;

    private EventPublisher(EngineRank rank, SimulatorOptions options, LossInjector loss, IZmqContext context, ILogger logger)
    {
        _rank = rank;
        _options = options;
        _loss = loss;
        _logger = logger;
        _topic = Encoding.UTF8.GetBytes(options.Topic);
        _buffer = new ReplayBuffer(options.BufferSteps);
        if (rank.KvEventsBind is not null)
        {
            _events = context.CreateSocket(ZmqSocketType.Pub, new ZmqSocketOptions { SendHighWaterMark = options.EventHighWaterMark, SendCapacity = 65_536 });
        }

        if (rank.KvReplayBind is not null)
        {
            // A replay is many messages to one peer at once: all that is kept must fit.
            _replay = context.CreateSocket(ZmqSocketType.Router, new ZmqSocketOptions { SendHighWaterMark = options.BufferSteps + 1_000, MaxMessageBytes = 64 * 1024 });
        }
    }

    /// <summary>Sequence number of the next batch.</summary>
    public ulong NextSequence => _buffer.Next;

    /// <summary>Oldest batch that can be replayed.</summary>
    public ulong OldestSequence => _buffer.Oldest;

    /// <summary>Replay requests answered.</summary>
    public long Replays => Interlocked.Read(ref _replays);

    /// <summary>Binds the rank's sockets.</summary>
    /// <exception cref="ZmqException">An address is taken.</exception>
    public static async Task<EventPublisher> StartAsync(
        EngineRank rank, SimulatorOptions options, LossInjector loss, IZmqContext context, ILogger logger, CancellationToken cancellationToken)
    {
        var publisher = new EventPublisher(rank, options, loss, context, logger);
        try
        {
            if (publisher._events is not null)
            {
                await publisher._events.BindAsync(rank.KvEventsBind!, cancellationToken);
            }

            if (publisher._replay is not null)
            {
                await publisher._replay.BindAsync(rank.KvReplayBind!, cancellationToken);
                publisher._answering = publisher.AnswerAsync(publisher._replay);
            }

            return publisher;
        }
        catch
        {
            await publisher.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes a batch. Called by the rank's scheduler alone.</summary>
    public void Publish(byte[] payload)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_sequence, _buffer.Add(payload));
        if (!_loss.ShouldDrop())
        {
            _events?.TrySend(new ZmqFrames(_topic, _sequence, payload));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replay is not null)
        {
            await _replay.DisposeAsync();
        }

        if (_events is not null)
        {
            await _events.DisposeAsync();
        }

        await _answering;
    }

    private async Task AnswerAsync(IZmqSocket replay)
    {
        try
        {
            while (true)
            {
                using var request = await replay.ReceiveAsync();
                if (request.Count != 3 || request[2].Length != sizeof(ulong))
                {
                    // As vLLM: no answer, so a REQ client hangs.
                    LogBadRequest(_rank, request.Count);
                    continue;
                }

                await AnswerAsync(replay, request[0], BinaryPrimitives.ReadUInt64BigEndian(request[2].Span));
                Interlocked.Increment(ref _replays);
            }
        }
        catch (ChannelClosedException)
        {
            // The socket was closed while it waited for a request.
        }
        catch (ZmqException e) when (e.Error is ZmqError.Closed)
        {
            // The socket was closed in the middle of an answer.
        }
    }

    // [identity][][topic][seq][payload]… then [identity][][][FF*8][]; without the topic frame in the older layout.
    private async Task AnswerAsync(IZmqSocket replay, ReadOnlyMemory<byte> identity, ulong start)
    {
        var (first, payloads) = _buffer.From(start);
        var sequence = new byte[sizeof(ulong)];
        for (var i = 0; i < payloads.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(sequence, first + (ulong)i);
            await replay.SendAsync(Frames(identity, _topic, sequence, payloads[i]));
        }

        await replay.SendAsync(Frames(identity, default, s_endMarker, default));
    }

    private ZmqFrames Frames(ReadOnlyMemory<byte> identity, ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> sequence, ReadOnlyMemory<byte> payload) =>
        _options.ReplayFrames is ReplayLayout.Topic
            ? new ZmqFrames([identity, ReadOnlyMemory<byte>.Empty, topic, sequence, payload])
            : new ZmqFrames(identity, default, sequence, payload);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "{Rank}: a replay request of {Frames} frames is ignored; it must be [identity][empty][start sequence, 8 bytes]")]
    private partial void LogBadRequest(EngineRank rank, int frames);
}
