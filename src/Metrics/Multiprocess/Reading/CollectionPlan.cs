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
    private readonly Dictionary<byte[], GaugeMode> _modes = new(Utf8Comparer.Instance);
    private KeyLayout? _surveyed;
    private double[] _values = [];
    private double[] _times = [];
    private bool[] _set = [];

    internal CollectionPlan(IReadOnlyDictionary<string, GaugeMode> modes)
    {
        foreach (var (name, mode) in modes)
        {
            _modes[System.Text.Encoding.UTF8.GetBytes(name)] = mode;
        }
    }

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
        _surveyed = null;
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
        var surveyed = (Stamp, file.Count, file.Parsed.Mode);
        if (file.Layout is { } layout)
        {
            // Files of one layout and mode stand next to each other: what the first one said the next one only repeats.
            if (layout.Surveyed == surveyed && ReferenceEquals(_surveyed, layout))
            {
                return;
            }

            layout.Surveyed = surveyed;
        }

        _surveyed = file.Layout;
        foreach (var key in file.Keys)
        {
            if (key.Family is not { } family)
            {
                continue;
            }

            if (family.Stamp != Stamp)
            {
                family.Begin(Stamp, file.Parsed.Type, file.Name, key.Help);
                family.ModeOverride = Override(family);
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

            family.Mode = family.ModeOverride ?? GaugeModes.Plain(file.Parsed.Mode);
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

    private GaugeMode? Override(FamilyInfo family)
    {
        if (family.Type != MetricType.Gauge || !_modes.TryGetValue(family.Name, out var mode))
        {
            return null;
        }

        // Here the live kind stands for: where there are no times, go by those of the files.
        mode = GaugeModes.Plain(mode);
        return mode == GaugeMode.MostRecent ? GaugeMode.LiveMostRecent : mode;
    }

    private void Assign(MultiprocessFileState file)
    {
        var keys = file.Keys;
        if (file.Layout is { } layout && layout.SlotsStamp == Stamp && layout.SlotsCount >= keys.Length)
        {
            file.Slots = layout.Slots;
            return;
        }

        // An array that another file may share is not written to.
        var slots = file.Layout is null && file.Slots.Length >= keys.Length && file.OwnsSlots ? file.Slots : new int[keys.Length];
        var ofProcess = false;
        for (var i = 0; i < keys.Length; i++)
        {
            slots[i] = Slot(keys[i], file, ref ofProcess);
        }

        file.Slots = slots;
        file.OwnsSlots = ofProcess || file.Layout is null;
        if (file.Layout is { } shared && !ofProcess)
        {
            shared.Slots = slots;
            shared.SlotsStamp = Stamp;
            shared.SlotsCount = keys.Length;
        }
    }

    private int Slot(KeyInfo key, MultiprocessFileState file, ref bool ofProcess)
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
            ofProcess = true;
            return Slot(family, key, WithPid(key, file.Parsed.Pid));
        }

        if (!stamped)
        {
            key.Slot = Slot(family, key, key.Series ??= GaugeSeries(key));
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
            group.Count ??= CountSeries(family, key);
        }
        else
        {
            group.Plain.Add((series, slot));
        }

        return slot;
    }

    /// <summary>One per family and kind: the first one names what is needed, and thousands of files may repeat it.</summary>
    private void AddConflict(FamilyInfo family, FamilyConflictKind kind, string kept, string dropped)
    {
        if (kind == FamilyConflictKind.Type)
        {
            if (family.TypeConflict)
            {
                return;
            }

            family.TypeConflict = true;
        }

        _conflicts.Add(new FamilyConflict(System.Text.Encoding.UTF8.GetString(family.Name), kind, kept, dropped));
    }
}
