namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>
/// Lets a message through at once and then at most once per interval for each key, so that a peer that keeps misbehaving is heard of and does not fill the disk.
/// Everything held back is counted by the metrics. For one thread at a time.
/// </summary>
internal sealed class LogThrottle(TimeProvider time, TimeSpan interval)
{
    private readonly Dictionary<int, long> _last = [];

    /// <summary>Whether a message of this key (from a closed set) may be written now.</summary>
    public bool Allows(int key)
    {
        var now = time.GetTimestamp();
        if (_last.TryGetValue(key, out var last) && time.GetElapsedTime(last, now) < interval)
        {
            return false;
        }

        _last[key] = now;
        return true;
    }
}
