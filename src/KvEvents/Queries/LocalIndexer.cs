using System.Buffers;
using System.Globalization;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.Json;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Queries;

/// <summary>
/// What one worker-rank tells routers that missed something: its newest events word for word, or its whole tree. Events are recorded
/// by one thread in their order, each after the index applied it; questions may come from any thread.
/// </summary>
public sealed class LocalIndexer
{
    /// <summary>Events that Dynamo's own local indexer keeps.</summary>
    public const int DefaultCapacity = 1024;

    private readonly Lock _lock = new();
    private readonly PrefixIndex _index;
    private readonly RouterEvent[] _ring;
    private int _first;
    private int _count;
    private ulong _lastEventId;
    private long _nonConsecutive;

    /// <summary>Makes one with nothing recorded.</summary>
    /// <param name="worker">Whose events these are.</param>
    /// <param name="index">Index that the events are applied to.</param>
    /// <param name="capacity">Events kept; the oldest make room.</param>
    public LocalIndexer(WorkerRank worker, PrefixIndex index, int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Worker = worker;
        _index = index;
        _ring = new RouterEvent[capacity];
    }

    /// <summary>Whose events these are.</summary>
    public WorkerRank Worker { get; }

    /// <summary>Events kept now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Events whose id was not the next one; kept all the same. A caller that sees it grow has a fault to log.</summary>
    public long NonConsecutive => Interlocked.Read(ref _nonConsecutive);

    /// <summary>Takes the newest id from elsewhere, as after a restart when the index came from a snapshot and the ring is empty.</summary>
    public void Resume(ulong lastEventId)
    {
        lock (_lock)
        {
            _first = _count = 0;
            _lastEventId = lastEventId;
        }
    }

    /// <summary>Keeps a copy of an event that the index has applied.</summary>
    public void Record(RouterEvent routerEvent)
    {
        ArgumentNullException.ThrowIfNull(routerEvent);
        lock (_lock)
        {
            if (_count > 0 && routerEvent.EventId != _lastEventId + 1)
            {
                Interlocked.Increment(ref _nonConsecutive);
            }

            var at = (_first + _count) % _ring.Length;
            (_ring[at] ??= new RouterEvent()).CopyFrom(routerEvent);
            if (_count == _ring.Length)
            {
                _first = (_first + 1) % _ring.Length;
            }
            else
            {
                _count++;
            }

            _lastEventId = routerEvent.EventId;
        }
    }

    /// <summary>Answers a question as JSON.</summary>
    public KvAnswerKind Answer(in KvQueryRequest request, KvAnswerShape shape, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (request.WorkerId != Worker.WorkerId || (request.DpRank is { } rank && rank != Worker.DpRank))
        {
            WriteError(output, string.Create(CultureInfo.InvariantCulture, $"this is worker {Worker.WorkerId} rank {Worker.DpRank}"));
            return KvAnswerKind.Error;
        }

        lock (_lock)
        {
            switch (Decide(request))
            {
                case KvAnswerKind.InvalidRange:
                    Write(output, "{\"InvalidRange\":{\"start_id\":"u8, request.StartEventId, ",\"end_id\":"u8, request.EndEventId, "}}"u8);
                    return KvAnswerKind.InvalidRange;
                case KvAnswerKind.TooNew:
                    Write(output, "{\"TooNew\":{\"requested_start\":"u8, request.StartEventId, ",\"requested_end\":"u8, request.EndEventId, ",\"newest_available\":"u8);
                    Write(output, default, Newest.EventId, "}}"u8, null, default);
                    return KvAnswerKind.TooNew;
                case KvAnswerKind.Events:
                    Begin(output, "{\"Events\":"u8, shape);
                    var end = FirstAfter(Math.Min(request.EndEventId ?? ulong.MaxValue, Newest.EventId));
                    var isFirst = true;
                    for (var i = FirstFrom(request.StartEventId!.Value); i < end; i++)
                    {
                        Separate(output, ref isFirst);
                        RouterEventCodec.WriteJson(At(i), output);
                    }

                    End(output, shape);
                    return KvAnswerKind.Events;
                default:
                    Begin(output, "{\"TreeDump\":"u8, shape);
                    var isFirstOfTree = true;
                    _index.Dump(Worker, e =>
                    {
                        Separate(output, ref isFirstOfTree);
                        RouterEventCodec.WriteJson(e, output);
                    });
                    End(output, shape);
                    return KvAnswerKind.TreeDump;
            }
        }
    }

    private RouterEvent Newest => At(_count - 1);

    /// <summary>The order of these questions is Dynamo's.</summary>
    private KvAnswerKind Decide(in KvQueryRequest request)
    {
        if (request.EndEventId < request.StartEventId)
        {
            return KvAnswerKind.InvalidRange;
        }

        if (request.StartEventId is not { } start || _count == 0)
        {
            return KvAnswerKind.TreeDump;
        }

        return start > Newest.EventId ? KvAnswerKind.TooNew : start < At(0).EventId ? KvAnswerKind.TreeDump : KvAnswerKind.Events;
    }

    private RouterEvent At(int position) => _ring[(_first + position) % _ring.Length];

    private int FirstAfter(ulong eventId) => eventId == ulong.MaxValue ? _count : FirstFrom(eventId + 1);

    /// <summary>Position of the first event from an id on, by halving.</summary>
    private int FirstFrom(ulong eventId)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).EventId < eventId)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static void Separate(IBufferWriter<byte> output, ref bool isFirst)
    {
        if (!isFirst)
        {
            output.Write(","u8);
        }

        isFirst = false;
    }

    private static void Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> name, KvAnswerShape shape)
    {
        output.Write(name);
        output.Write(shape == KvAnswerShape.WithLastEventId ? "{\"events\":["u8 : "["u8);
    }

    private void End(IBufferWriter<byte> output, KvAnswerShape shape)
    {
        if (shape == KvAnswerShape.WithLastEventId)
        {
            // The tree's ids are its own: without the real one a router would ask for ever.
            Write(output, "],\"last_event_id\":"u8, _lastEventId, "}}"u8, null, default);
        }
        else
        {
            output.Write("]}"u8);
        }
    }

    /// <summary>Text, number, text, and if that is not all another number and text.</summary>
    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> a, ulong? first, ReadOnlySpan<byte> b, ulong? second, ReadOnlySpan<byte> c)
    {
        var writer = new JsonTextWriter(output);
        writer.Raw(a);
        writer.NumberOrNull(first);
        writer.Raw(b);
        if (!c.IsEmpty)
        {
            writer.NumberOrNull(second);
            writer.Raw(c);
        }

        writer.Flush();
    }

    private static void WriteError(IBufferWriter<byte> output, string text)
    {
        using var json = new System.Text.Json.Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("Error"u8, text);
        json.WriteEndObject();
    }
}
