using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>
/// Since when a cumulative value counts, which OTLP wants to be told and Prometheus text does not say: since it was first seen, or, when it falls, since the look before that; a
/// <c>_created</c> time is taken where there is one. What is no longer there is forgotten, so that a series that comes back begins anew.
/// </summary>
internal sealed class StartTimes
{
    private readonly Dictionary<Series, Entry> _known = [];
    private ulong _now;
    private ulong _before;
    private int _round;

    public void Begin(ulong now)
    {
        _before = _now == 0 ? now : _now;
        _now = now;
        _round++;
    }

    public ulong Of(Series series, double value, double? created = null)
    {
        if (!_known.TryGetValue(series, out var entry))
        {
            _known.Add(series, entry = new Entry { Start = _before });
        }
        else if (value < entry.Value)
        {
            entry.Start = _before;
        }

        entry.Value = value;
        entry.Round = _round;
        if (created is > 0 and < 1e10)
        {
            entry.Start = Math.Min((ulong)(created.Value * 1e9), _now);
        }

        return entry.Start;
    }

    public void End()
    {
        foreach (var (series, entry) in _known)
        {
            if (entry.Round != _round)
            {
                _known.Remove(series);
            }
        }
    }

    private sealed class Entry
    {
        public ulong Start { get; set; }

        public double Value { get; set; }

        public int Round { get; set; }
    }
}
