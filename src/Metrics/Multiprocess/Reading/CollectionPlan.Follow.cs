using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Following the plan: every collection does this, and it allocates nothing.</summary>
internal sealed partial class CollectionPlan
{
    /// <summary>Merges the values of the files.</summary>
    internal void Accumulate(IReadOnlyList<MultiprocessFileState> files)
    {
        var count = _operations.Count;
        Array.Clear(_values, 0, count);
        Array.Clear(_times, 0, count);
        Array.Clear(_set, 0, count);
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i].Parsed.Type == MetricType.Gauge)
            {
                AccumulateGauges(files[i]);
            }
            else
            {
                AccumulateSums(files[i]);
            }
        }
    }

    /// <summary>Reports the merged values.</summary>
    internal void Emit(MetricSnapshot destination)
    {
        foreach (var family in _families)
        {
            destination.BeginFamily(family.Header!);
            foreach (var group in family.Groups)
            {
                EmitGroup(family, group, destination);
            }
        }
    }

    private void EmitGroup(FamilyInfo family, SampleGroup group, MetricSnapshot destination)
    {
        foreach (var (series, slot) in group.Plain)
        {
            // A most-recent gauge that nobody has set is not there; a stored count gives way to the one that is worked out.
            if ((family.Type != MetricType.Gauge || _set[slot]) && (group.Count is null || !series.Equals(group.Count)))
            {
                destination.Add(series, _values[slot]);
            }
        }

        if (group.Count is null)
        {
            return;
        }

        // Files hold each bucket's own count.
        var running = 0.0;
        foreach (var (_, series, slot) in group.Buckets)
        {
            running += _values[slot];
            destination.Add(series, running);
        }

        destination.Add(group.Count, running);
    }

    private void AccumulateSums(MultiprocessFileState file)
    {
        var values = file.Values;
        var slots = file.Slots.AsSpan(0, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            _values[slots[i]] += values[i];
        }
    }

    private void AccumulateGauges(MultiprocessFileState file)
    {
        var values = file.Values;
        var times = file.Timestamps;
        for (var i = 0; i < values.Length; i++)
        {
            var slot = file.Slots[i];
            ref var merged = ref _values[slot];
            ref var isSet = ref _set[slot];
            switch (_operations[slot])
            {
                case GaugeMode.Sum:
                    merged += values[i];
                    break;
                case GaugeMode.Min:
                    merged = !isSet || values[i] < merged ? values[i] : merged;
                    break;
                case GaugeMode.Max:
                    merged = !isSet || values[i] > merged ? values[i] : merged;
                    break;
                case GaugeMode.LiveMostRecent:
                case GaugeMode.MostRecent:
                    // Time 0 means never set; of equal times the first file wins.
                    var time = _operations[slot] == GaugeMode.LiveMostRecent && !file.HasTimes ? file.Modified : times.IsEmpty ? 0 : times[i];
                    if (!(_times[slot] < time))
                    {
                        continue;
                    }

                    merged = values[i];
                    _times[slot] = time;
                    break;
                default:
                    merged = values[i];
                    break;
            }

            isSet = true;
        }
    }
}
