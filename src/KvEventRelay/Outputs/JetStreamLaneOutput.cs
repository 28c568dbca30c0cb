using System.Buffers;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.KvEventRelay.Outputs;

/// <summary>
/// One lane's events into its stream, in order. Messages are kept until JetStream has stored them. When one fails, the lane stops, waits
/// until the fate of everything in flight is known, and publishes again from the oldest one not stored, under the same ids, so that the
/// stream recognises what it has. Other lanes are not held up.
/// </summary>
internal sealed partial class JetStreamLaneOutput : ILaneOutput, IJetStreamAckHandler
{
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    private readonly JetStreamOutput _output;
    private readonly EngineRank _rank;
    private readonly NatsSubject _subject;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _encoded = new(4_096);
    private readonly AsyncSignal _work = new();
    private readonly AsyncSignal _room = new();
    private readonly Lock _gate = new();
    private readonly Entry[] _entries;

    // Positions count up for ever; an entry is at its position modulo the capacity. Head ≤ next ≤ tail.
    private long _head;
    private long _next;
    private long _tail;
    private long _bytes;
    private long _undeliverable;
    private long _stored;
    private int _inFlight;
    private bool _failed;
    private long _connects = -1;

    public JetStreamLaneOutput(JetStreamOutput output, EngineRank rank, RelayOptions options, TimeProvider time, ILogger logger)
    {
        _output = output;
        _rank = rank;
        _options = options;
        _time = time;
        _logger = logger;
        _entries = new Entry[options.QueueCapacity];
        _subject = new NatsSubject(KvEventNames.StreamSubject(rank.Engine.Identity.Namespace, rank.Engine.Identity.Component));
    }

    public int Depth
    {
        get
        {
            lock (_gate)
            {
                return (int)(_tail - _head);
            }
        }
    }

    public int Capacity => _entries.Length;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Undeliverable => Interlocked.Read(ref _undeliverable);

    public bool TryPublish(RouterEvent routerEvent, ReadOnlySpan<byte> messageId)
    {
        lock (_gate)
        {
            if (!HasRoom())
            {
                return false;
            }
        }

        // Encoded outside the lock: acknowledgements take it on NATS' own thread.
        _encoded.ResetWrittenCount();
        _encoded.Write(messageId);
        RouterEventCodec.WriteJson(routerEvent, _encoded);
        var buffer = ArrayPool<byte>.Shared.Rent(_encoded.WrittenCount);
        _encoded.WrittenSpan.CopyTo(buffer);
        lock (_gate)
        {
            _entries[_tail % _entries.Length] = new Entry(buffer, messageId.Length, _encoded.WrittenCount);
            _tail++;
            _bytes += _encoded.WrittenCount;
        }

        _work.Set();
        return true;
    }

    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (HasRoom())
                {
                    return;
                }
            }

            await _room.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        while (Depth > 0 && _output.Connection.State == NatsConnectionState.Connected)
        {
            await _room.WaitAsync(cancellationToken);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var wait = s_firstWait;
        while (true)
        {
            var stored = Interlocked.Read(ref _stored);
            try
            {
                await _output.Connection.WaitForConnectionAsync(cancellationToken);
                await _output.EnsureStreamAsync(_rank, cancellationToken);
                await SendAsync(await _output.PublisherAsync(cancellationToken), cancellationToken);
            }
            catch (NatsException e)
            {
                LogPublishing(_rank, e.Message, wait.TotalSeconds);
            }

            // Something was stored: it is a new trouble, not the old one still.
            wait = Interlocked.Read(ref _stored) > stored ? s_firstWait : wait;

            await Task.Delay(wait, _time, cancellationToken);
            wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
        }
    }

    public void OnAck(long token, in JetStreamAck ack)
    {
        bool isFirstFailure;
        lock (_gate)
        {
            _inFlight--;
            isFirstFailure = ack.Status != JetStreamAckStatus.Stored && !_failed;
            if (ack.Status == JetStreamAckStatus.Stored)
            {
                _stored++;
                if (token >= _head)
                {
                    _entries[token % _entries.Length].IsStored = true;
                    Release();
                }
            }
            else
            {
                _failed = true;
            }
        }

        (ack.Status == JetStreamAckStatus.Stored ? ack.Duplicate ? _output.Duplicate : _output.Stored : _output.Failed(ack.Status)).Inc();
        if (isFirstFailure && ack.Status == JetStreamAckStatus.Error)
        {
            // Everything in flight behind it fails likewise; one line tells it all.
            LogRefused(_rank, ack.Error ?? "no reason given", ack.ErrorCode);
        }

        _work.Set();
        _room.Set();
    }

    private bool HasRoom() => _tail - _head < _entries.Length && _bytes < _options.QueueBytes;

    /// <summary>Publishes until something fails and nothing is in flight any more; then returns, for a fresh start after a wait.</summary>
    private async Task SendAsync(JetStreamPublisher publisher, CancellationToken cancellationToken)
    {
        while (!TryStartOver())
        {
            await _work.WaitAsync(cancellationToken);
        }

        while (true)
        {
            switch (TrySendNext(publisher))
            {
                case SendStep.Again:
                    break;
                case SendStep.Idle:
                    await _work.WaitAsync(cancellationToken);
                    break;
                case SendStep.Full:
                    await publisher.WaitForCapacityAsync(cancellationToken);
                    break;
                case SendStep.Busy:
                    await _output.Connection.FlushAsync(cancellationToken);
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>Goes back to the oldest message not stored; not before the fate of everything in flight is known.</summary>
    private bool TryStartOver()
    {
        lock (_gate)
        {
            if (_inFlight > 0)
            {
                return false;
            }

            _next = _head;
            _failed = false;
            return true;
        }
    }

    private SendStep TrySendNext(JetStreamPublisher publisher)
    {
        Entry entry;
        long position;
        lock (_gate)
        {
            // What was in flight when the connection changed is lost or not: nothing may overtake it on the new connection.
            var connects = _output.Connection.Counters.Connects;
            _failed |= _inFlight > 0 && connects != _connects;
            if (_failed)
            {
                return _inFlight == 0 ? SendStep.Failed : SendStep.Idle;
            }

            while (_next < _tail && _entries[_next % _entries.Length].IsStored)
            {
                _next++;
            }

            if (_next == _tail)
            {
                return SendStep.Idle;
            }

            _connects = connects;
            position = _next;
            entry = _entries[position % _entries.Length];
            _inFlight++;
            _next++;
        }

        var status = publisher.TryPublish(_subject, entry.Payload, entry.MessageId, this, position);
        if (status == JetStreamPublishStatus.Ok)
        {
            return SendStep.Again;
        }

        lock (_gate)
        {
            _inFlight--;
            _next = position;
            if (status == JetStreamPublishStatus.TooLarge)
            {
                // It would be refused for ever, and everything behind it would wait for ever.
                _undeliverable++;
                _entries[position % _entries.Length].IsStored = true;
                Release();
            }

            _failed |= status is JetStreamPublishStatus.Disconnected or JetStreamPublishStatus.Closed;
        }

        if (status == JetStreamPublishStatus.TooLarge)
        {
            _output.Undeliverable.Inc();
            LogTooLarge(_rank, entry.Payload.Length, _output.Connection.MaxPayload);
            _room.Set();
        }

        return status switch
        {
            JetStreamPublishStatus.InFlightFull => SendStep.Full,
            JetStreamPublishStatus.ConnectionFull => SendStep.Busy,
            _ => SendStep.Again,
        };
    }

    /// <summary>Frees the entries from the oldest on that are stored. Under the lock.</summary>
    private void Release()
    {
        while (_head < _tail && _entries[_head % _entries.Length] is { IsStored: true } entry)
        {
            _bytes -= entry.Length;
            ArrayPool<byte>.Shared.Return(entry.Buffer);
            _entries[_head % _entries.Length] = default;
            _head++;
        }

        _next = Math.Max(_next, _head);
    }

    private enum SendStep
    {
        Again = 0,
        Idle,
        Full,
        Busy,
        Failed,
    }

    private struct Entry(byte[] buffer, int idLength, int length)
    {
        public byte[] Buffer { get; } = buffer;

        public int Length { get; } = length;

        public bool IsStored { get; set; }

        public readonly ReadOnlySpan<byte> MessageId => Buffer.AsSpan(0, idLength);

        public readonly ReadOnlySpan<byte> Payload => Buffer.AsSpan(idLength, Length - idLength);
    }
}
