namespace DynamoAspire.KvEvents.Accounting;

/// <summary>
/// The most frequent keys of a stream in fixed memory ("space saving"): a new key takes the place of the rarest one and its count as
/// error. Every key more frequent than total / capacity is in it.
/// </summary>
internal sealed class HotPrefixCounter(int capacity)
{
    private readonly Dictionary<(ulong Hash, int Depth), int> _places = new(capacity);
    private readonly (ulong Hash, int Depth)[] _keys = new (ulong, int)[capacity];
    private readonly long[] _counts = new long[capacity];
    private readonly long[] _errors = new long[capacity];

    public void Add(ulong hash, int depth)
    {
        if (_places.TryGetValue((hash, depth), out var place))
        {
            _counts[place]++;
            return;
        }

        place = _places.Count;
        if (place == capacity)
        {
            place = 0;
            for (var i = 1; i < capacity; i++)
            {
                place = _counts[i] < _counts[place] ? i : place;
            }

            _places.Remove(_keys[place]);
            _errors[place] = _counts[place];
        }

        _keys[place] = (hash, depth);
        _counts[place]++;
        _places.Add((hash, depth), place);
    }

    public IReadOnlyList<KvHotPrefix> Top(int count) =>
        [.. _places.Values.Select(p => new KvHotPrefix(_keys[p].Hash, _keys[p].Depth, _counts[p], _errors[p])).OrderByDescending(p => p.Uses).ThenBy(p => p.Depth).Take(count)];
}
