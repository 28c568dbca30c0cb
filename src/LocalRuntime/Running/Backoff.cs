namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Delay before the next start: doubles from one second to half a minute, and begins again after a process that lasted.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private TimeSpan _next = TimeSpan.FromSeconds(1);

    public TimeSpan Next(TimeSpan lived)
    {
        if (lived >= s_longEnough)
        {
            _next = TimeSpan.FromSeconds(1);
        }

        var delay = _next;
        _next = _next + _next > s_longest ? s_longest : _next + _next;
        return delay;
    }
}
