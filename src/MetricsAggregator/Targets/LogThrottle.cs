namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>Lets a message about one thing pass at most once per five minutes. Bounded: past 1024 things everything new is silent until old entries lapse.</summary>
internal sealed class LogThrottle(TimeProvider time)
{
    private const int MaxKeys = 1024;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public bool Pass(string key)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_last.TryGetValue(key, out var last) && time.GetElapsedTime(last, now) < s_interval)
            {
                return false;
            }

            if (_last.Count >= MaxKeys && !_last.ContainsKey(key))
            {
                foreach (var (old, at) in _last)
                {
                    if (time.GetElapsedTime(at, now) >= s_interval)
                    {
                        _last.Remove(old);
                    }
                }

                if (_last.Count >= MaxKeys)
                {
                    return false;
                }
            }

            _last[key] = now;
            return true;
        }
    }
}
