namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Tells a listener about what is left out, once per file and interval: a scrape a second would otherwise repeat it a thousand times.</summary>
internal sealed class SkipReports(Action<MultiprocessSkip> listener, TimeSpan interval, TimeProvider time)
{
    /// <summary>Files remembered; beyond that the oldest news is forgotten, and may be told again.</summary>
    private const int MaxFiles = 10_000;

    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    internal void Report(IReadOnlyList<MultiprocessSkip> skips)
    {
        var now = time.GetTimestamp();
        for (var i = 0; i < skips.Count; i++)
        {
            var skip = skips[i];
            if (_told.TryGetValue(skip.File, out var told) && time.GetElapsedTime(told, now) < interval)
            {
                continue;
            }

            if (_told.Count >= MaxFiles)
            {
                Forget(now);
            }

            _told[skip.File] = now;
            listener(skip);
        }
    }

    private void Forget(long now)
    {
        foreach (var (file, told) in _told)
        {
            if (time.GetElapsedTime(told, now) >= interval)
            {
                _told.Remove(file);
            }
        }

        if (_told.Count >= MaxFiles)
        {
            _told.Clear();
        }
    }
}
