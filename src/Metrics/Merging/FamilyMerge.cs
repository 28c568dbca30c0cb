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
        var byName = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var header = snapshot[i].Header;
            if (!byName.TryGetValue(header.Name, out var family) && !byName.TryGetValue(header.TextName, out family))
            {
                family = AddFamily(header);
                _byName.Add(header.NameBytes, family);
                _byName.TryAdd(header.TextName, family);
            }

            AddPart(family, new Part { Snapshot = snapshot, Index = i, Source = source, Next = -1 });
        }
    }

    /// <summary>Writes the joined families.</summary>
    public void Build(MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        for (var i = 0; i < _familyCount; i++)
        {
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
        var deduplicate = family.First != family.Last || _parts[family.First].Snapshot.MayRepeat;
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

            Copy(current.Samples, deduplicate, destination);
        }
    }

    private void Copy(ReadOnlySpan<Sample> samples, bool deduplicate, MetricSnapshot destination)
    {
        if (!deduplicate)
        {
            destination.AddRange(samples);
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
    }

    private struct Part
    {
        public MetricSnapshot Snapshot;
        public int Index;
        public MergeSource Source;
        public int Next;
    }
}
