namespace DynamoAspire.StatPublisher.Health;

/// <summary>
/// State of one engine from the outcomes of looks at its health. An engine that has never answered stays <see cref="EngineState.Starting"/>: loading a model takes
/// minutes, and nothing was published that would have to be withdrawn. Written by one thread, read by any.
/// </summary>
internal sealed class EngineHealth(int failuresUntilDead)
{
    private int _failures;
    private volatile EngineState _state = EngineState.Starting;

    /// <summary>State of now.</summary>
    public EngineState State => _state;

    /// <summary>Takes the outcome of a look; true if the state has changed.</summary>
    public bool Observe(bool good)
    {
        var before = _state;
        _failures = good ? 0 : Math.Min(_failures + 1, failuresUntilDead);
        _state = good ? EngineState.Ready
            : before == EngineState.Starting ? EngineState.Starting
            : _failures >= failuresUntilDead ? EngineState.Dead
            : before == EngineState.Dead ? EngineState.Dead
            : EngineState.Degraded;
        return _state != before;
    }
}
