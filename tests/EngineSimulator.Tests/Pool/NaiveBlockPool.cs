using DynamoAspire.EngineSimulator.Pool;

namespace DynamoAspire.EngineSimulator.Tests.Pool;

/// <summary>The pool as one would explain it: a list of free blocks, oldest first. Slow and obvious.</summary>
internal sealed class NaiveBlockPool
{
    private readonly List<Block> _blocks;
    private readonly List<Block> _free;

    public NaiveBlockPool(int capacity)
    {
        _blocks = [.. Enumerable.Range(0, capacity).Select(i => new Block(i))];
        _free = [.. _blocks];
    }

    public List<string> Events { get; } = [];

    public int FreeCount => _free.Count;

    public HashSet<ulong> Cached => [.. _blocks.Where(b => b.Hash.HasValue).Select(b => b.Hash!.Value)];

    public int? Touch(ulong hash)
    {
        var block = _blocks.Find(b => b.Hash == hash);
        if (block is null)
        {
            return null;
        }

        block.Users++;
        _free.Remove(block);
        return block.Id;
    }

    public int? Allocate()
    {
        if (_free.Count == 0)
        {
            return null;
        }

        var block = _free[0];
        _free.RemoveAt(0);
        if (block.Hash is { } evicted)
        {
            Events.Add($"removed {evicted}");
        }

        block.Hash = null;
        block.Users = 1;
        return block.Id;
    }

    public int Commit(int id, ulong hash)
    {
        if (_blocks.Find(b => b.Hash == hash) is { } same)
        {
            if (same.Id != id)
            {
                Touch(hash);
                Release(id);
            }

            return same.Id;
        }

        _blocks[id].Hash = hash;
        return id;
    }

    public void Release(int id)
    {
        var block = _blocks[id];
        if (--block.Users == 0)
        {
            _free.Insert(block.Hash is null ? 0 : _free.Count, block);
        }
    }

    public void Clear()
    {
        _blocks.ForEach(b => b.Hash = null);
        Events.Add("cleared");
    }

    private sealed class Block(int id)
    {
        public int Id { get; } = id;

        public int Users { get; set; }

        public ulong? Hash { get; set; }
    }
}
