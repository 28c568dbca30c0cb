namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// What a loader keeps. Series are looked up by their bytes only while bodies change in more than values: once a few in a row have not, the lines remembered are all that is needed, and
/// the index of series goes, which is a third of what a target takes. A body that changes after all makes it anew from the lines.
/// A body with samples that no TYPE announces looks them up each time and so keeps it.
/// </summary>
public sealed partial class ExpositionLoader
{
    private const int FirstQuiet = 3;
    private const int LongestQuiet = 256;
    private SeriesIndex? _index;
    private bool _lookedUp;
    private int _quiet;
    private int _quietNeeded = FirstQuiet;

    /// <summary>About how many bytes of memory it has let go of because bodies had ceased to change in more than values; only grows. They are free when the collector has been.</summary>
    public long ReleasedBytes { get; private set; }

    /// <summary>Whether it goes by remembered lines alone; for tests.</summary>
    internal bool IsSettled => _index is null;

    private SeriesIndex Index()
    {
        _lookedUp = true;
        if (_index is { } index)
        {
            return index;
        }

        index = _index = new SeriesIndex();
        for (var i = 0; i < _known.Count; i++)
        {
            if (_known[i].Series is { } series)
            {
                index.Restore(_known.Text(i), series);
            }
        }

        if (index.Count > 0)
        {
            // Whoever changes now and then shall not pay for it again and again.
            _quietNeeded = Math.Min(_quietNeeded * 2, LongestQuiet);
        }

        return index;
    }

    private void Settle()
    {
        if (_index is null)
        {
            return;
        }

        _quiet = _rebuilding || _lookedUp ? 0 : _quiet + 1;
        if (_quiet >= _quietNeeded)
        {
            Release();
        }
    }

    /// <summary>Goes by remembered lines alone from here on, whether or not bodies have been quiet; by itself only for tests.</summary>
    internal void Release()
    {
        _quiet = 0;
        ReleasedBytes += (_index?.Bytes ?? 0) + _known.Trim() + _next.Trim();
        _index = null;
    }
}
