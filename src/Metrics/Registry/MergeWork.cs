using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Buffers of one scrape that joins several sources; kept for the next.</summary>
internal sealed class MergeWork
{
    private readonly List<MetricSnapshot> _snapshots = [];
    private readonly Comparison<int> _byName;
    private long[] _runs = [];
    private int[] _order = [];

    internal MergeWork() => _byName = (x, y) => Merged![x].Header.Name.SequenceCompareTo(Merged[y].Header.Name);

    internal MetricSnapshot Own { get; } = new();

    internal MetricSnapshot Merged { get; } = new();

    internal FamilyMerge Merge { get; } = new();

    /// <summary>The run of each exposition callback that this scrape waits for; 0 for none.</summary>
    internal ReadOnlySpan<long> Runs => _runs;

    internal void Begin(ExpositionCallback[] callbacks)
    {
        if (_runs.Length < callbacks.Length)
        {
            _runs = new long[callbacks.Length];
        }

        for (var i = 0; i < callbacks.Length; i++)
        {
            _runs[i] = callbacks[i].Begin();
        }
    }

    internal MetricSnapshot Snapshot(int index)
    {
        while (_snapshots.Count <= index)
        {
            _snapshots.Add(new MetricSnapshot());
        }

        return _snapshots[index];
    }

    /// <summary>Gives the merged families out in the order of their names.</summary>
    internal void CopySorted(MetricSnapshot destination)
    {
        if (_order.Length < Merged.FamilyCount)
        {
            _order = new int[Merged.FamilyCount * 2];
        }

        for (var i = 0; i < Merged.FamilyCount; i++)
        {
            _order[i] = i;
        }

        _order.AsSpan(0, Merged.FamilyCount).Sort(_byName);
        destination.Clear();
        for (var i = 0; i < Merged.FamilyCount; i++)
        {
            var family = Merged[_order[i]];
            destination.BeginFamily(family.Header);
            destination.AddRange(family.Samples);
        }
    }

    internal void Clear()
    {
        Own.Clear();
        Merged.Clear();
        Merge.Clear();
        foreach (var snapshot in _snapshots)
        {
            snapshot.Clear();
        }
    }
}
