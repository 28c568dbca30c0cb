namespace DynamoAspire.KvEvents.Index;

/// <content>Staying within the bound by forgetting what was stored first.</content>
public sealed partial class PrefixIndex
{
    private void MakeRoom(int blocks)
    {
        while (_blockCount + blocks > _options.MaxBlocks && _order!.TryTake(out var worker, out var hash))
        {
            if (_holders.TryGetValue(worker, out var holder) && holder.Blocks.Find(hash) != 0)
            {
                Remove(holder, [hash]);
                Volatile.Write(ref _evicted, _evicted + 1);
            }
        }

        if (_order!.Count > 1024 + (2 * _blockCount))
        {
            _order.Compact((worker, hash) => _holders.TryGetValue(worker, out var holder) && holder.Blocks.Find(hash) != 0);
        }
    }
}
