using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Merging;

/// <summary>A set of series that is emptied by raising a number, so that one table serves thousands of families without being cleared.</summary>
internal sealed class SeriesSet
{
    private Slot[] _slots = new Slot[256];
    private int _count;
    private int _generation = 1;

    internal void Clear()
    {
        _count = 0;
        _generation++;
    }

    /// <summary>Adds a series; false if it is there.</summary>
    internal bool Add(Series series)
    {
        if (_count * 2 >= _slots.Length)
        {
            Grow();
        }

        var mask = _slots.Length - 1;
        for (var i = series.Hash & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref _slots[i];
            if (slot.Generation != _generation)
            {
                slot = new Slot { Generation = _generation, Series = series };
                _count++;
                return true;
            }

            if (slot.Series.Equals(series))
            {
                return false;
            }
        }
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        _count = 0;
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.Generation == _generation)
            {
                Add(slot.Series);
            }
        }
    }

    private struct Slot
    {
        public int Generation;
        public Series Series;
    }
}
