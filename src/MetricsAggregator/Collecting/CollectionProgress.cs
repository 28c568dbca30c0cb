using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>How far a collection has come: which of its targets have said what they have to say. Thread-safe.</summary>
internal sealed class CollectionProgress
{
    private const int Running = 1;
    private const int Done = 2;
    private Target[] _targets = [];
    private int[] _states = [];

    /// <summary>The targets of the collection.</summary>
    public Target[] Targets => _targets;

    /// <summary>Begins a collection.</summary>
    public void Begin(Target[] targets)
    {
        _states = new int[targets.Length];
        Volatile.Write(ref _targets, targets);
    }

    /// <summary>Collects one of the targets.</summary>
    public async ValueTask CollectAsync(int index, CancellationToken cancellationToken)
    {
        var running = _targets[index].CollectAsync();
        Volatile.Write(ref _states[index], Running);
        await running.WaitAsync(cancellationToken);
        Volatile.Write(ref _states[index], Done);
    }

    /// <summary>Whether what a target shows is of this collection. To be asked under the publishing lock: a target that is about to publish is either counted or still to come.</summary>
    public bool HasFinished(int index) => Volatile.Read(ref _states[index]) switch
    {
        Done => true,
        Running => !_targets[index].IsCollecting,
        _ => false,
    };
}
