using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>
/// What a target said, with the target's labels put on, its families filtered by prefix and its series relabeled. A series is worked out when it is first seen and then known by its
/// object, so that the next scrape of the same target costs a look-up per sample and no allocation. One thread at a time.
/// </summary>
internal sealed class SeriesRewriter
{
    private readonly IReadOnlyList<(string Name, string Value)> _labels;
    private readonly RelabelRules _rules;
    private readonly bool _honorLabels;
    private readonly bool _honorTimestamps;
    private readonly ExpositionLimits _limits;
    private readonly Dictionary<Series, Entry> _known = [];
    private readonly Dictionary<(FamilyHeader, string), FamilyHeader> _renamed = [];
    private readonly Dictionary<FamilyHeader, List<Sample>> _moved = [];
    private int _stamp;

    public SeriesRewriter(IReadOnlyList<(string Name, string Value)> labels, RelabelRules rules, bool honorLabels, bool honorTimestamps, ExpositionLimits? limits = null)
    {
        _labels = labels;
        _rules = rules;
        _honorLabels = honorLabels;
        _honorTimestamps = honorTimestamps;
        _limits = limits ?? ExpositionLimits.None;
    }

    /// <summary>Clears the destination and fills it. Gives the limit of labels that a series breaches as it is kept, after relabeling, as in Prometheus; the destination is empty then.</summary>
    public ExpositionErrorReason Rewrite(MetricSnapshot source, MetricSnapshot destination, PrefixFilter filter)
    {
        destination.Clear();
        _stamp++;
        for (var i = 0; i < source.FamilyCount; i++)
        {
            var family = source[i];
            if (filter.Passes(family.Header.Name) && Rewrite(family, destination) is var breach and not ExpositionErrorReason.None)
            {
                destination.Clear();
                foreach (var moved in _moved.Values)
                {
                    moved.Clear();
                }

                return breach;
            }
        }

        foreach (var (header, samples) in _moved)
        {
            if (samples.Count > 0)
            {
                destination.BeginFamily(header);
                destination.AddRange(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(samples));
                samples.Clear();
            }
        }

        Sweep(source.SampleCount);
        return ExpositionErrorReason.None;
    }

    private ExpositionErrorReason Rewrite(MetricFamily family, MetricSnapshot destination)
    {
        var begun = false;
        foreach (ref readonly var sample in family.Samples)
        {
            if (!_known.TryGetValue(sample.Series, out var entry))
            {
                _known.Add(sample.Series, entry = Work(family.Header, sample.Series));
            }

            entry.Stamp = _stamp;
            if (entry.Breach != ExpositionErrorReason.None)
            {
                return entry.Breach;
            }

            if (entry.Result is not { } series)
            {
                continue;
            }

            var result = sample with { Series = series, Timestamp = _honorTimestamps ? sample.Timestamp : Sample.NoTimestamp };
            if (entry.Family is { } other)
            {
                _moved[other].Add(result);
                continue;
            }

            if (!begun)
            {
                destination.BeginFamily(family.Header);
                begun = true;
            }

            destination.Add(result);
        }

        return ExpositionErrorReason.None;
    }

    private Entry Work(FamilyHeader header, Series series)
    {
        var bag = SeriesText.ToBag(series);
        var name = bag.Name;
        foreach (var (label, value) in _labels)
        {
            if (!bag.Contains(label))
            {
                bag.Set(label, value);
            }
            else if (!_honorLabels)
            {
                // As Prometheus does: the target's label stands, the scraped one steps aside.
                var aside = "exported_" + label;
                while (bag.Contains(aside))
                {
                    aside = "exported_" + aside;
                }

                bag.Set(aside, bag.Get(label));
                bag.Set(label, value);
            }
        }

        if (!_rules.Apply(bag) || bag.Name.Length == 0)
        {
            return new Entry(null, null);
        }

        return BreachOf(bag) is var breach and not ExpositionErrorReason.None
            ? new Entry(null, null) { Breach = breach }
            : new Entry(bag.ToSeries(), bag.Name == name ? null : Renamed(header, name, bag.Name));
    }

    /// <summary>Labels of rules alone are no labels of the series; <c>__name__</c> is one, but its own name is not measured.</summary>
    private ExpositionErrorReason BreachOf(LabelBag bag)
    {
        var count = 0;
        foreach (var (name, value) in bag.All)
        {
            var isName = name == LabelBag.NameLabel;
            if (!isName && name.StartsWith("__", StringComparison.Ordinal))
            {
                continue;
            }

            count++;
            if (_limits.Labels > 0 && count > _limits.Labels)
            {
                return ExpositionErrorReason.LabelLimit;
            }

            if (!isName && _limits.LabelNameLength > 0 && Encoding.UTF8.GetByteCount(name) > _limits.LabelNameLength)
            {
                return ExpositionErrorReason.LabelNameLengthLimit;
            }

            if (_limits.LabelValueLength > 0 && Encoding.UTF8.GetByteCount(value) > _limits.LabelValueLength)
            {
                return ExpositionErrorReason.LabelValueLengthLimit;
            }
        }

        return ExpositionErrorReason.None;
    }

    /// <summary>The family of a series that got another name: of the same type if the sample's suffix is still there (<c>a_bucket</c> to <c>b_bucket</c>), else of unknown type.</summary>
    private FamilyHeader Renamed(FamilyHeader header, string oldName, string newName)
    {
        var family = header.DisplayName;
        var suffix = oldName.StartsWith(family, StringComparison.Ordinal) ? oldName[family.Length..] : null;
        var keeps = suffix is not null && newName.Length > suffix.Length && newName.EndsWith(suffix, StringComparison.Ordinal);
        var key = (header, keeps ? newName[..^suffix!.Length] : newName);
        if (!_renamed.TryGetValue(key, out var made))
        {
            made = keeps
                ? new FamilyHeader(System.Text.Encoding.UTF8.GetBytes(key.Item2), header.Type, header.HasHelp ? header.Help.ToArray() : null, header.HasSuffix)
                : FamilyHeader.Create(newName, MetricType.Unknown, null);
            _renamed.Add(key, made);
            _moved.Add(made, []);
        }

        return made;
    }

    /// <summary>Forgets what the target no longer says, once that is the larger part.</summary>
    private void Sweep(int live)
    {
        if (_known.Count <= 1024 + (live * 2))
        {
            return;
        }

        foreach (var (series, entry) in _known)
        {
            if (entry.Stamp != _stamp)
            {
                _known.Remove(series);
            }
        }

        var used = _known.Values.Select(e => e.Family).Where(f => f is not null).ToHashSet();
        foreach (var (key, header) in _renamed)
        {
            if (!used.Contains(header))
            {
                _renamed.Remove(key);
                _moved.Remove(header);
            }
        }
    }

    private sealed class Entry(Series? result, FamilyHeader? family)
    {
        public Series? Result { get; } = result;

        public FamilyHeader? Family { get; } = family;

        public ExpositionErrorReason Breach { get; init; }

        public int Stamp { get; set; }
    }
}
