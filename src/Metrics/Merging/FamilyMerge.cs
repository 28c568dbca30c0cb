using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Merging;

/// <summary>
/// Joins snapshots into one in which every family and every series occurs once. Families keep the order of first sight.
/// </summary>
/// <remarks>
/// <para>Within one origin the file-backed source wins over the in-memory one for a family. Types that differ: the later source's family is left out. Help that differs: the first
/// one is printed. A series that was there already: the first one stays. All of it is counted; conflicts are named.</para>
/// <para>Use: <see cref="Clear"/>, <see cref="Add"/> per source, <see cref="Build"/>. The added snapshots must not change until then. Allocates nothing when warm. One thread.</para>
/// </remarks>
public sealed class FamilyMerge
{
    private readonly Dictionary<byte[], int> _byName = new(Utf8Comparer.Instance);
    private readonly List<FamilyConflict> _conflicts = [];
    private readonly SeriesSet _seen = new();
    private Family[] _families = [];
    private Part[] _parts = [];
    private int _familyCount;
    private int _partCount;

    /// <summary>Families that sources of this merge describe differently.</summary>
    public IReadOnlyList<FamilyConflict> Conflicts => _conflicts;

    /// <summary>Samples left out because their series was there already.</summary>
    public int DuplicateSamples { get; private set; }

    /// <summary>Samples left out because a file-backed source of the same origin has the family.</summary>
    public int ShadowedSamples { get; private set; }

    /// <summary>Samples left out because the type of their family clashes.</summary>
    public int ClashingSamples { get; private set; }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _byName.Clear();
        _conflicts.Clear();
        Array.Clear(_families, 0, _familyCount);
        Array.Clear(_parts, 0, _partCount);
        _familyCount = 0;
        _partCount = 0;
        DuplicateSamples = 0;
        ShadowedSamples = 0;
        ClashingSamples = 0;
    }

    /// <summary>Adds what a source reports.</summary>
    public void Add(MetricSnapshot snapshot, MergeSource source)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(source);
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            AddPart(FamilyOf(snapshot[i].Header), new Part { Snapshot = snapshot, Index = i, Source = source, Next = -1 });
        }
    }

    /// <summary>The family that a header belongs to: of its name, or one whose samples could bear the same name in one format or the other.</summary>
    private int FamilyOf(FamilyHeader header)
    {
        var byName = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (byName.TryGetValue(header.Name, out var family) || byName.TryGetValue(header.TextName, out family))
        {
            // A gauge x_created that came first is no obstacle to x, whose start times it holds.
            if (!IsCreatedOf(_families[family].Header, header))
            {
                return family;
            }
        }

        var startTimes = -1;
        foreach (var name in header.SampleNames)
        {
            if (!_byName.TryGetValue(name, out family))
            {
                continue;
            }

            if (!IsCreatedOf(_families[family].Header, header))
            {
                return family;
            }

            startTimes = family;
        }

        family = AddFamily(header);
        _byName.TryAdd(header.NameBytes, family);
        _byName.TryAdd(header.TextName, family);
        foreach (var name in header.SampleNames)
        {
            _byName[name] = family;
        }

        if (startTimes >= 0)
        {
            MoveParts(startTimes, family);
        }

        return family;
    }

    /// <summary>Whether a family is what text 0.0.4 makes of the start times of another: a gauge (or nothing known) <c>x_created</c> beside a counter, histogram or summary <c>x</c>.</summary>
    private static bool IsCreatedOf(FamilyHeader created, FamilyHeader family) =>
        MetricSuffixes.HasCreated(family.Type)
        && (family.HasSuffix || family.Type != MetricType.Counter)
        && created.Type is MetricType.Gauge or MetricType.Unknown
        && created.Name.Length == family.Name.Length + "_created".Length
        && created.Name.EndsWith("_created"u8)
        && created.Name.StartsWith(family.Name);

    private void MoveParts(int from, int to)
    {
        for (var p = _families[from].First; p >= 0;)
        {
            var part = _parts[p];
            p = part.Next;
            AddPart(to, part with { Next = -1 });
        }

        _families[from].First = -1;
        _families[from].Last = -1;
    }

    /// <summary>Writes the joined families.</summary>
    public void Build(MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        for (var i = 0; i < _familyCount; i++)
        {
            if (_families[i].First < 0)
            {
                continue;
            }

            BuildFamily(_families[i], destination);
        }
    }

    private int AddFamily(FamilyHeader header)
    {
        if (_familyCount == _families.Length)
        {
            Array.Resize(ref _families, Math.Max(64, _familyCount * 2));
        }

        _families[_familyCount] = new Family { First = -1, Last = -1, Header = header };
        return _familyCount++;
    }

    private void AddPart(int family, Part part)
    {
        if (_partCount == _parts.Length)
        {
            Array.Resize(ref _parts, Math.Max(64, _partCount * 2));
        }

        ref var entry = ref _families[family];
        if (entry.First < 0)
        {
            entry.First = _partCount;
        }
        else
        {
            _parts[entry.Last].Next = _partCount;
        }

        entry.HasCreated |= IsCreatedOf(part.Snapshot[part.Index].Header, entry.Header);
        entry.HasFiles |= part.Source.Kind == MetricSourceKind.FileBacked;
        entry.Last = _partCount;
        _parts[_partCount++] = part;
    }

    private void BuildFamily(in Family family, MetricSnapshot destination)
    {
        // The header is that of the first part that is not left out.
        FamilyHeader? header = null;
        var headerSource = "";
        var helpNamed = false;
        var deduplicate = family.First != family.Last || family.HasCreated || _parts[family.First].Snapshot.MayRepeat;
        _seen.Clear();
        for (var p = family.First; p >= 0; p = _parts[p].Next)
        {
            ref readonly var part = ref _parts[p];
            var current = part.Snapshot[part.Index];
            if (IsShadowed(family, part.Source))
            {
                ShadowedSamples += current.Samples.Length;
                continue;
            }

            if (family.HasCreated && IsCreatedOf(current.Header, family.Header))
            {
                // Its turn comes behind the samples that it tells the start of.
                continue;
            }

            if (header is null)
            {
                header = current.Header;
                headerSource = part.Source.Name;
                destination.BeginFamily(header);
            }
            else if (!header.SameShape(current.Header))
            {
                ClashingSamples += current.Samples.Length;
                _conflicts.Add(new FamilyConflict(header.DisplayName, FamilyConflictKind.Type, Describe(header, headerSource), Describe(current.Header, part.Source.Name)));
                continue;
            }
            else if (!helpNamed && !ReferenceEquals(header, current.Header) && !header.Help.SequenceEqual(current.Header.Help))
            {
                helpNamed = true;
                _conflicts.Add(new FamilyConflict(header.DisplayName, FamilyConflictKind.Help, headerSource, part.Source.Name));
            }

            Copy(current.Samples, part.Snapshot, deduplicate, destination);
        }

        BuildCreated(family, header, destination);
    }

    /// <summary>Start times that came as a family of their own join their family; where that is left out, they stand alone.</summary>
    private void BuildCreated(in Family family, FamilyHeader? header, MetricSnapshot destination)
    {
        if (!family.HasCreated)
        {
            return;
        }

        for (var p = family.First; p >= 0; p = _parts[p].Next)
        {
            ref readonly var part = ref _parts[p];
            var current = part.Snapshot[part.Index];
            if (!IsCreatedOf(current.Header, family.Header) || IsShadowed(family, part.Source))
            {
                continue;
            }

            if (header is null)
            {
                header = current.Header;
                destination.BeginFamily(header);
            }
            else if (!MetricSuffixes.HasCreated(header.Type) && !ReferenceEquals(header, current.Header))
            {
                ClashingSamples += current.Samples.Length;
                continue;
            }

            Copy(current.Samples, part.Snapshot, deduplicate: true, destination);
        }
    }

    private void Copy(ReadOnlySpan<Sample> samples, MetricSnapshot source, bool deduplicate, MetricSnapshot destination)
    {
        if (!deduplicate)
        {
            destination.AddRange(samples, source);
            return;
        }

        foreach (ref readonly var sample in samples)
        {
            if (_seen.Add(sample.Series))
            {
                destination.Add(sample);
            }
            else
            {
                DuplicateSamples++;
            }
        }
    }

    private bool IsShadowed(in Family family, MergeSource source)
    {
        if (!family.HasFiles || source.Kind == MetricSourceKind.FileBacked)
        {
            return false;
        }

        for (var p = family.First; p >= 0; p = _parts[p].Next)
        {
            var other = _parts[p].Source;
            if (other.Kind == MetricSourceKind.FileBacked && other.Origin == source.Origin)
            {
                return true;
            }
        }

        return false;
    }

    private static string Describe(FamilyHeader header, string source) => $"{header.Type} of {source}";

    private struct Family
    {
        public FamilyHeader Header;
        public int First;
        public int Last;
        public bool HasFiles;
        public bool HasCreated;
    }

    private struct Part
    {
        public MetricSnapshot Snapshot;
        public int Index;
        public MergeSource Source;
        public int Next;
    }
}
