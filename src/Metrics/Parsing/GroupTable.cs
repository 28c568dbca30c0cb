namespace DynamoAspire.Metrics.Parsing;

/// <summary>The metrics of one family by their group, emptied by raising a number.</summary>
internal sealed class GroupTable
{
    private GroupState[] _states = new GroupState[64];
    private (int Generation, int State)[] _slots = new (int, int)[128];
    private int _generation = 1;

    internal int Count { get; private set; }

    internal ref GroupState this[int index] => ref _states[index];

    internal void Clear()
    {
        Count = 0;
        _generation++;
    }

    /// <summary>Index of the group's state, made if there is none.</summary>
    internal int Find(ulong group, out bool added)
    {
        if (Count * 2 >= _slots.Length)
        {
            Grow();
        }

        var mask = _slots.Length - 1;
        for (var i = (int)(group >> 20) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref _slots[i];
            if (slot.Generation != _generation)
            {
                slot = (_generation, Count);
                added = true;
                return Count++;
            }

            if (_states[slot.State].Group == group)
            {
                added = false;
                return slot.State;
            }
        }
    }

    private void Grow()
    {
        Array.Resize(ref _states, _states.Length * 2);
        _slots = new (int, int)[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var s = 0; s < Count; s++)
        {
            var i = (int)(_states[s].Group >> 20) & mask;
            while (_slots[i].Generation == _generation)
            {
                i = (i + 1) & mask;
            }

            _slots[i] = (_generation, s);
        }
    }
}
