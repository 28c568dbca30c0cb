using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// Which value of which file goes where: made when keys appear or vanish, then only followed. Files are taken in byte-wise order of their names, which makes
/// the order of output, the winner of a clash and the rounding of sums the same at every collection.
/// </summary>
internal sealed partial class CollectionPlan
{
    /// <summary>Values that nobody wants (clashes, bad keys) are added up here.</summary>
    private const int Waste = 0;

    private readonly Dictionary<Series, int> _slots = [];
    private readonly List<FamilyInfo> _families = [];
    private readonly Dictionary<byte[], FamilyInfo> _claims = new(Utf8Comparer.Instance);
    private readonly List<FamilyConflict> _conflicts = [];
    private readonly List<GaugeMode> _operations = [];
    private double[] _values = [];
    private double[] _times = [];
    private bool[] _set = [];

    internal int Stamp { get; private set; }

    internal IReadOnlyList<FamilyConflict> Conflicts => _conflicts;

    /// <summary>Works the plan out anew.</summary>
    internal void Build(IReadOnlyList<MultiprocessFileState> files)
    {
        Stamp++;
        _slots.Clear();
        _families.Clear();
        _claims.Clear();
        _conflicts.Clear();
        _operations.Clear();
        _operations.Add(GaugeMode.Sum);
        foreach (var file in files)
        {
            Survey(file);
        }

        foreach (var file in files)
        {
            Assign(file);
            file.Changed = false;
        }

        foreach (var family in _families)
        {
            foreach (var group in family.Groups)
            {
                group.Buckets.Sort(static (a, b) => a.Bound.CompareTo(b.Bound));
            }
        }

        if (_values.Length < _operations.Count)
        {
            var size = _operations.Count + (_operations.Count / 4);
            _values = new double[size];
            _times = new double[size];
            _set = new bool[size];
        }
    }

    /// <summary>First sight of a family decides its type and help, the last file its gauges' mode.</summary>
    private void Survey(MultiprocessFileState file)
    {
        foreach (var key in file.Keys)
        {
            if (key.Family is not { } family)
            {
                continue;
            }

            if (family.Stamp != Stamp)
            {
                family.Begin(Stamp, file.Parsed.Type, file.Name, key.Help);
                Claim(family);
            }
            else if (family.Type != file.Parsed.Type)
            {
                AddConflict(family, FamilyConflictKind.Type, $"{family.Type} of {family.FirstFile}", $"{file.Parsed.Type} of {file.Name}");
                continue;
            }
            else if (!family.HelpConflict && !key.Help.AsSpan().SequenceEqual(family.Header!.Help))
            {
                family.HelpConflict = true;
                AddConflict(family, FamilyConflictKind.Help, family.FirstFile, file.Name);
            }

            family.Mode = GaugeModes.Plain(file.Parsed.Mode);
        }
    }

    /// <summary>A counter <c>x</c> and a gauge <c>x_total</c> are both printed as <c>x_total</c>: the first one is.</summary>
    private void Claim(FamilyInfo family)
    {
        var header = family.Header!;
        if (_claims.TryGetValue(header.NameBytes, out var other) || _claims.TryGetValue(header.TextName, out other))
        {
            family.ShadowedBy = other;
            AddConflict(family, FamilyConflictKind.Type, $"{other.Header} of {other.FirstFile}", $"{family.Type} of {family.FirstFile}");
            return;
        }

        _claims.Add(header.NameBytes, family);
        _claims.TryAdd(header.TextName, family);
        _families.Add(family);
    }

    private void Assign(MultiprocessFileState file)
    {
        var keys = file.Keys;
        if (file.Slots.Length < keys.Length)
        {
            file.Slots = new int[keys.Length];
        }

        for (var i = 0; i < keys.Length; i++)
        {
            file.Slots[i] = Slot(keys[i], file);
        }
    }

    private int Slot(KeyInfo key, MultiprocessFileState file)
    {
        var stamped = key.Stamp == Stamp;
        key.Stamp = Stamp;
        if (key.Family is not { ShadowedBy: null } family || family.Type != file.Parsed.Type)
        {
            return Waste;
        }

        if (family.Type == MetricType.Gauge && family.Mode == GaugeMode.All)
        {
            // The process is part of the identity, so the key alone does not tell the slot.
            return Slot(family, key, WithPid(key, file.Parsed.Pid));
        }

        if (!stamped)
        {
            key.Slot = Slot(family, key, key.Series ??= PlainSeries(family, key));
        }

        return key.Slot;
    }

    private int Slot(FamilyInfo family, KeyInfo key, Series series)
    {
        if (_slots.TryGetValue(series, out var slot))
        {
            return slot;
        }

        slot = _operations.Count;
        _operations.Add(family.Type == MetricType.Gauge ? family.Mode : GaugeMode.Sum);
        _slots.Add(series, slot);
        var group = Group(family, key);
        if (key.IsBucket)
        {
            group.Buckets.Add((key.Bound, series, slot));
            group.Count ??= Named(key, family, "_count"u8).ToSeriesOf();
        }
        else
        {
            group.Plain.Add((series, slot));
        }

        return slot;
    }

    private static SampleGroup Group(FamilyInfo family, KeyInfo key)
    {
        // Counters and gauges have one sample per label set: one group holds them all in order.
        var labels = family.Type is MetricType.Counter or MetricType.Gauge ? [] : key.Labels.ToSeries(default).Text.ToArray();
        if (!family.GroupsByLabels.TryGetValue(labels, out var group))
        {
            family.GroupsByLabels[labels] = group = new SampleGroup();
            family.Groups.Add(group);
        }

        return group;
    }

    private void AddConflict(FamilyInfo family, FamilyConflictKind kind, string kept, string dropped)
    {
        var conflict = new FamilyConflict(System.Text.Encoding.UTF8.GetString(family.Name), kind, kept, dropped);
        if (!_conflicts.Contains(conflict))
        {
            _conflicts.Add(conflict);
        }
    }
}
