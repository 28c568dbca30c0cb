namespace DynamoAspire.Metrics.Model;

/// <summary>
/// The families of one collection: what every source (parser, multiprocess directory, registry) fills and what the merge and the writers read.
/// The caller owns it and uses it again for the next collection, so that a warm collection allocates nothing. One thread at a time.
/// </summary>
public sealed class MetricSnapshot
{
    private const int LargeLength = 32 * 1024;
    private Entry[] _families = [];
    private Sample[] _samples = [];
    private int _familyCount;
    private int _sampleCount;

    /// <summary>Families, in order.</summary>
    public int FamilyCount => _familyCount;

    /// <summary>Samples of all families.</summary>
    public int SampleCount => _sampleCount;

    /// <summary>Whether a source could not rule out that a series occurs twice, so that the merge has to look even if nobody else reports the family.</summary>
    internal bool MayRepeat { get; set; }

    /// <summary>Whether a name in it is not plain, so that writing it without quoted names takes the longer way.</summary>
    internal bool HasQuotedNames { get; private set; }

    /// <summary>Scratch of the writer; a warm scrape must not allocate it anew.</summary>
    internal SampleOrder Order { get; } = new();

    /// <summary>The family at a position.</summary>
    public MetricFamily this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_familyCount, nameof(index));
            ref readonly var entry = ref _families[index];
            return new MetricFamily(entry.Header, _samples.AsSpan(entry.Start, entry.Count));
        }
    }

    /// <summary>Forgets all families; keeps the memory.</summary>
    public void Clear()
    {
        // Stale references beyond the counts would keep the series of a source that is gone alive.
        Array.Clear(_families, 0, _familyCount);
        Array.Clear(_samples, 0, _sampleCount);
        _familyCount = 0;
        _sampleCount = 0;
        MayRepeat = false;
        HasQuotedNames = false;
    }

    /// <summary>Starts the next family; what is added from here on belongs to it.</summary>
    public void BeginFamily(FamilyHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (_familyCount == _families.Length)
        {
            Array.Resize(ref _families, Math.Max(16, _familyCount * 2));
        }

        HasQuotedNames |= header.HasQuotedName;
        _families[_familyCount++] = new Entry { Header = header, Start = _sampleCount };
    }

    /// <summary>Adds a sample to the family begun last.</summary>
    public void Add(Series series, double value, long timestamp = Sample.NoTimestamp) => Add(new Sample(series, value, timestamp));

    /// <summary>Adds a sample without time and exemplar to the family begun last, which the caller has begun. The shortest way.</summary>
    internal void AddPlain(Series series, bool hasQuotedNames, double value)
    {
        if (_sampleCount == _samples.Length)
        {
            EnsureRoom(1);
        }

        ref var sample = ref _samples[_sampleCount++];
        sample = new Sample(series, value);
        HasQuotedNames |= hasQuotedNames;
        _families[_familyCount - 1].Count++;
    }

    /// <summary>Adds a sample to the family begun last.</summary>
    public void Add(in Sample sample)
    {
        if (_familyCount == 0)
        {
            throw new InvalidOperationException("No family has been begun.");
        }

        EnsureRoom(1);
        HasQuotedNames |= sample.Series.HasQuotedNames;
        _samples[_sampleCount++] = sample;
        _families[_familyCount - 1].Count++;
    }

    /// <summary>Adds samples to the family begun last.</summary>
    public void AddRange(ReadOnlySpan<Sample> samples)
    {
        foreach (ref readonly var sample in samples)
        {
            HasQuotedNames |= sample.Series.HasQuotedNames;
        }

        Copy(samples);
    }

    /// <summary>Adds samples of a snapshot whose flags the caller takes over.</summary>
    internal void AddRange(ReadOnlySpan<Sample> samples, MetricSnapshot source)
    {
        HasQuotedNames |= source.HasQuotedNames;
        Copy(samples);
    }

    private void Copy(ReadOnlySpan<Sample> samples)
    {
        if (_familyCount == 0)
        {
            throw new InvalidOperationException("No family has been begun.");
        }

        EnsureRoom(samples.Length);
        samples.CopyTo(_samples.AsSpan(_sampleCount));
        _sampleCount += samples.Length;
        _families[_familyCount - 1].Count += samples.Length;
    }

    /// <summary>Adds all families to another snapshot.</summary>
    public void CopyTo(MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        for (var i = 0; i < _familyCount; i++)
        {
            ref readonly var entry = ref _families[i];
            destination.BeginFamily(entry.Header);
            destination.AddRange(_samples.AsSpan(entry.Start, entry.Count), this);
        }

        destination.MayRepeat |= MayRepeat;
        destination.HasQuotedNames |= HasQuotedNames;
    }

    /// <summary>Changes contents and memory with another snapshot: what one has, the other has then. Copies nothing.</summary>
    public void Swap(MetricSnapshot other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (_families, other._families) = (other._families, _families);
        (_samples, other._samples) = (other._samples, _samples);
        (_familyCount, other._familyCount) = (other._familyCount, _familyCount);
        (_sampleCount, other._sampleCount) = (other._sampleCount, _sampleCount);
        (MayRepeat, other.MayRepeat) = (other.MayRepeat, MayRepeat);
        (HasQuotedNames, other.HasQuotedNames) = (other.HasQuotedNames, HasQuotedNames);
    }

    /// <summary>Takes over from the snapshot that this one was made of whether a series may occur twice.</summary>
    public void NoteRepeats(MetricSnapshot origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        MayRepeat |= origin.MayRepeat;
    }

    private void EnsureRoom(int count)
    {
        if (_samples.Length - _sampleCount < count)
        {
            // Where doubling would leave megabytes unused, a quarter more is still few copies.
            var more = _samples.Length < LargeLength ? _samples.Length : _samples.Length / 4;
            Array.Resize(ref _samples, Math.Max(Math.Max(64, _samples.Length + more), _sampleCount + count));
        }
    }

    private struct Entry
    {
        public FamilyHeader Header;
        public int Start;
        public int Count;
    }
}
