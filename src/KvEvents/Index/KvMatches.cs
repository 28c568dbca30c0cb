namespace DynamoAspire.KvEvents.Index;

/// <summary>How many leading blocks of a request a worker-rank holds.</summary>
/// <param name="Worker">Who.</param>
/// <param name="Blocks">Blocks matched, at least 1.</param>
/// <param name="TreeSize">All blocks it holds.</param>
public readonly record struct KvMatch(WorkerRank Worker, int Blocks, int TreeSize);

/// <summary>Result of a look-up, owned and reused by the caller. In no particular order until <see cref="SortByBlocks"/>.</summary>
public sealed class KvMatches
{
    private KvMatch[] _matches = new KvMatch[8];
    private int[] _frequencies = [];
    private int _frequencyCount;

    /// <summary>Number of worker-ranks that hold at least the first block.</summary>
    public int Count { get; private set; }

    /// <summary>The matches; valid until the next look-up into this object.</summary>
    public ReadOnlySpan<KvMatch> Items => _matches.AsSpan(0, Count);

    /// <summary>
    /// How often the leading blocks were matched before, within the window: one count per depth, without the zeros at the end. Empty
    /// unless the index counts uses.
    /// </summary>
    public ReadOnlySpan<int> Frequencies => _frequencies.AsSpan(0, _frequencyCount);

    /// <summary>Sets of worker-ranks of the walk, so that a look-up over many workers allocates nothing either.</summary>
    internal ulong[] Scratch { get; set; } = [];

    /// <summary>Empties it.</summary>
    public void Clear() => Count = _frequencyCount = 0;

    /// <summary>Adds a match.</summary>
    public void Add(WorkerRank worker, int blocks, int treeSize)
    {
        if (Count == _matches.Length)
        {
            Array.Resize(ref _matches, Count * 2);
        }

        _matches[Count++] = new KvMatch(worker, blocks, treeSize);
    }

    /// <summary>Adds the use count of the next depth.</summary>
    internal void AddFrequency(int uses)
    {
        if (_frequencyCount == _frequencies.Length)
        {
            Array.Resize(ref _frequencies, Math.Max(16, _frequencyCount * 2));
        }

        _frequencies[_frequencyCount++] = uses;
    }

    /// <summary>Drops the zeros at the end.</summary>
    internal void TrimFrequencies()
    {
        while (_frequencyCount > 0 && _frequencies[_frequencyCount - 1] == 0)
        {
            _frequencyCount--;
        }
    }

    /// <summary>Most blocks first; equals by worker and rank.</summary>
    public void SortByBlocks() => _matches.AsSpan(0, Count).Sort(static (a, b) =>
        a.Blocks != b.Blocks ? b.Blocks.CompareTo(a.Blocks) : a.Worker.CompareTo(b.Worker));
}
