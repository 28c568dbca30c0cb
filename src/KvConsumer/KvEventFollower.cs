using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvConsumer;

/// <summary>
/// Follows a source: applies its events in order, to an index if there is one, and watches the event ids of each (worker, rank) for
/// gaps. The counters and the index may be read from any thread while it runs.
/// </summary>
/// <remarks>
/// Ids: the next one or the same one again (older writers give all events of a batch one id) is in order; a higher one is a gap, counted
/// and applied; a lower one is applied too, as applying is idempotent and older writers start over without a word. After a
/// <c>cleared</c> the count is taken from it.
/// </remarks>
public sealed class KvEventFollower
{
    private readonly IKvEventSource _source;
    private readonly IKvIndex? _index;
    private readonly Action<RouterEvent>? _onEvent;
    private readonly Dictionary<WorkerRank, ulong> _lastIds = [];
    private readonly long[] _statuses = new long[KvIndexStatuses.Count];
    private long _events;
    private long _gaps;
    private long _missing;

    /// <summary>Makes a follower.</summary>
    /// <param name="source">Not owned.</param>
    /// <param name="index">Kept up to date, or null.</param>
    /// <param name="onEvent">Called for each event after the index; the event is valid during the call only.</param>
    public KvEventFollower(IKvEventSource source, IKvIndex? index = null, Action<RouterEvent>? onEvent = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _index = index;
        _onEvent = onEvent;
    }

    /// <summary>Events applied.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Gaps in event ids.</summary>
    public long Gaps => Interlocked.Read(ref _gaps);

    /// <summary>Events missing in those gaps.</summary>
    public long Missing => Interlocked.Read(ref _missing);

    /// <summary>How often the index gave an outcome.</summary>
    public long Outcomes(KvIndexStatus status) => Interlocked.Read(ref _statuses[(int)status]);

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var routerEvent = new RouterEvent();
        while (true)
        {
            await _source.ReadAsync(routerEvent, cancellationToken).ConfigureAwait(false);
            Follow(routerEvent);
            if (_index is not null)
            {
                Interlocked.Increment(ref _statuses[(int)_index.Apply(routerEvent)]);
            }

            _onEvent?.Invoke(routerEvent);
            Interlocked.Increment(ref _events);
        }
    }

    private void Follow(RouterEvent routerEvent)
    {
        var worker = new WorkerRank(routerEvent.WorkerId, routerEvent.DpRank);
        var isKnown = _lastIds.TryGetValue(worker, out var last);
        if (isKnown && routerEvent.EventId > last && routerEvent.EventId - last > 1)
        {
            Interlocked.Increment(ref _gaps);
            Interlocked.Add(ref _missing, (long)Math.Min(routerEvent.EventId - last - 1, int.MaxValue));
        }

        _lastIds[worker] = !isKnown || routerEvent.Kind == RouterEventKind.Cleared ? routerEvent.EventId : Math.Max(last, routerEvent.EventId);
    }
}
