namespace DynamoAspire.EngineSimulator.Events;

/// <summary>Decides which batches a rank's subscribers never see; they stay in the replay buffer, as with a full high-water mark. Thread-safe.</summary>
internal sealed class LossInjector(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private double _probability;
    private int _next;
    private long _dropped;

    public double Probability
    {
        get
        {
            lock (_gate)
            {
                return _probability;
            }
        }
    }

    /// <summary>Batches dropped so far.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    public void Set(double? probability, int? dropNext)
    {
        lock (_gate)
        {
            _probability = probability ?? _probability;
            _next = dropNext ?? _next;
        }
    }

    public bool ShouldDrop()
    {
        lock (_gate)
        {
            var drop = _next > 0 || (_probability > 0 && _random.NextDouble() < _probability);
            _next = Math.Max(0, _next - 1);
            _dropped += drop ? 1 : 0;
            return drop;
        }
    }
}
