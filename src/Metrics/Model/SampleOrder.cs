namespace DynamoAspire.Metrics.Model;

/// <summary>
/// Puts the samples of a family so that those of one metric stand together, as OpenMetrics demands and the older text does not. Keeps its memory for the next family.
/// </summary>
internal sealed class SampleOrder
{
    private readonly Dictionary<ulong, int> _groups = [];
    private int[] _next = [];
    private Sample[] _sorted = [];

    /// <summary>The samples in their order, or grouped where they are not: metrics by first sight, samples of one metric as they came.</summary>
    internal ReadOnlySpan<Sample> Grouped(MetricFamily family)
    {
        var samples = family.Samples;
        return MetricSuffixes.HasCreated(family.Header.Type) || family.Header.Type == MetricType.GaugeHistogram
            ? AreGrouped(samples) ? samples : Group(samples)
            : samples;
    }

    private bool AreGrouped(ReadOnlySpan<Sample> samples)
    {
        // Most counters have one sample per metric: told apart by the name alone, without a look at labels.
        var several = false;
        for (var i = 1; i < samples.Length && !several; i++)
        {
            several = samples[i].Series.NameLength != samples[0].Series.NameLength;
        }

        if (!several)
        {
            return true;
        }

        _groups.Clear();
        ulong last = 0;
        foreach (ref readonly var sample in samples)
        {
            var group = sample.Series.Group;
            if (group != last && !_groups.TryAdd(group, 0))
            {
                return false;
            }

            last = group;
        }

        return true;
    }

    private ReadOnlySpan<Sample> Group(ReadOnlySpan<Sample> samples)
    {
        if (_sorted.Length < samples.Length)
        {
            Array.Resize(ref _sorted, samples.Length * 2);
            Array.Resize(ref _next, samples.Length * 2);
        }

        // Counts per group, then where each group begins: a counting sort, stable.
        _groups.Clear();
        var count = 0;
        Span<int> sizes = _next;
        sizes[..samples.Length].Clear();
        foreach (ref readonly var sample in samples)
        {
            if (!_groups.TryGetValue(sample.Series.Group, out var group))
            {
                group = count++;
                _groups.Add(sample.Series.Group, group);
            }

            sizes[group]++;
        }

        var start = 0;
        for (var i = 0; i < count; i++)
        {
            (sizes[i], start) = (start, start + sizes[i]);
        }

        foreach (ref readonly var sample in samples)
        {
            _sorted[sizes[_groups[sample.Series.Group]]++] = sample;
        }

        return _sorted.AsSpan(0, samples.Length);
    }
}
