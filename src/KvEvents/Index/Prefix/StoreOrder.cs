using System.Runtime.CompilerServices;

namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>
/// The order in which blocks were stored, oldest first. Blocks that went since are still listed until they come up or the list is twice
/// as long as what is held; <see cref="Compact"/> then keeps the last mention of what is.
/// </summary>
internal sealed class StoreOrder
{
    private readonly Queue<(WorkerRank Worker, ulong Hash)> _queue = new();

    public int Count => _queue.Count;

    public long MemoryBytes => (long)_queue.Capacity * Unsafe.SizeOf<(WorkerRank, ulong)>();

    public void Add(WorkerRank worker, ulong hash) => _queue.Enqueue((worker, hash));

    public bool TryTake(out WorkerRank worker, out ulong hash)
    {
        var taken = _queue.TryDequeue(out var oldest);
        (worker, hash) = oldest;
        return taken;
    }

    public void Compact(Func<WorkerRank, ulong, bool> isHeld)
    {
        var all = _queue.ToArray();
        var seen = new HashSet<(WorkerRank, ulong)>();
        var kept = new Stack<(WorkerRank, ulong)>();
        for (var i = all.Length - 1; i >= 0; i--)
        {
            if (isHeld(all[i].Worker, all[i].Hash) && seen.Add(all[i]))
            {
                kept.Push(all[i]);
            }
        }

        _queue.Clear();
        foreach (var block in kept)
        {
            _queue.Enqueue(block);
        }

        _queue.TrimExcess(Math.Max(16, _queue.Count * 3));
    }
}
