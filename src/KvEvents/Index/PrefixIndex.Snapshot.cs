using System.Buffers.Binary;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.Index.Prefix;

namespace DynamoAspire.KvEvents.Index;

/// <content>
/// One worker-rank's part as bytes, all little-endian: <c>"DAKVIDX"</c> version:u8 worker:u64 rank:u32 count:u32
/// count × (hash:u64 tokens:u64 parent:i32) checksum:u64. Parents come before their children and are told by position; −1 is the root,
/// −2 is none: a block that no look-up reaches. The checksum is XXH3-64 of everything before it.
/// </content>
public sealed partial class PrefixIndex
{
    /// <summary>Version of the snapshot that is written, and the newest that is read.</summary>
    public const byte SnapshotVersion = 1;

    private const int HeadLength = 24;
    private const int EntryLength = 20;
    private const int AtRoot = -1;
    private const int Lost = -2;

    private static ReadOnlySpan<byte> SnapshotMagic => "DAKVIDX"u8;

    /// <summary>Writes what a worker-rank holds; nothing held is written too. Writers wait while the blocks are listed.</summary>
    /// <returns>Number of blocks.</returns>
    public int WriteSnapshot(WorkerRank worker, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var blocks = new List<ListedBlock>();
        lock (_writer)
        {
            if (_holders.TryGetValue(worker, out var holder))
            {
                List(holder, blocks, withLost: true);
            }
        }

        blocks.Sort(static (a, b) => a.Depth.CompareTo(b.Depth));
        var positions = new Dictionary<ulong, int>(blocks.Count);
        var content = new byte[HeadLength + ((long)blocks.Count * EntryLength) + sizeof(ulong)];
        SnapshotMagic.CopyTo(content);
        content[7] = SnapshotVersion;
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(8), worker.WorkerId);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(16), worker.DpRank);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(20), blocks.Count);
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            positions[block.Hash] = i;
            var entry = content.AsSpan(HeadLength + (i * EntryLength), EntryLength);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, block.Hash);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], block.TokensHash);
            BinaryPrimitives.WriteInt32LittleEndian(entry[16..], block.Depth == 0 ? Lost : block.Depth == 1 ? AtRoot : positions[block.ParentHash]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(content.Length - sizeof(ulong)), XxHash3.Hash64(content.AsSpan(0, content.Length - sizeof(ulong))));
        destination.Write(content);
        return blocks.Count;
    }

    /// <summary>Makes a worker-rank hold what a snapshot says and nothing else. Nothing is changed unless all of it is sound.</summary>
    public KvSnapshotStatus ReadSnapshot(WorkerRank worker, Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> head = stackalloc byte[HeadLength];
        if (source.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength || !head.StartsWith(SnapshotMagic))
        {
            return KvSnapshotStatus.NotASnapshot;
        }

        if (head[7] is 0 or > SnapshotVersion)
        {
            return KvSnapshotStatus.UnsupportedVersion;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(head[20..]);
        if (count > _options.MaxBlocks || ((long)count * EntryLength) + HeadLength > Array.MaxLength - sizeof(ulong))
        {
            return KvSnapshotStatus.TooLarge;
        }

        if (!TryReadBody(source, head, (int)count, out var content))
        {
            return KvSnapshotStatus.Damaged;
        }

        if (worker != new WorkerRank(BinaryPrimitives.ReadUInt64LittleEndian(head[8..]), BinaryPrimitives.ReadUInt32LittleEndian(head[16..])))
        {
            return KvSnapshotStatus.OtherWorker;
        }

        var entries = content.AsSpan(HeadLength, (int)count * EntryLength);
        for (var i = 0; i < count; i++)
        {
            var parent = ParentOf(entries, i);
            if (parent < Lost || parent >= i)
            {
                return KvSnapshotStatus.Damaged;
            }
        }

        lock (_writer)
        {
            Restore(HolderOf(worker), entries, (int)count);
        }

        return KvSnapshotStatus.Ok;
    }

    /// <summary>Reads what follows the head, as it comes: a head that claims a lot takes no memory that is not then filled.</summary>
    private static bool TryReadBody(Stream source, ReadOnlySpan<byte> head, int count, out byte[] content)
    {
        var length = HeadLength + (count * EntryLength) + sizeof(ulong);
        content = new byte[Math.Min(length, 1 << 20)];
        head.CopyTo(content);
        var read = HeadLength;
        while (read < length)
        {
            if (read == content.Length)
            {
                Array.Resize(ref content, (int)Math.Min(length, content.Length * 2L));
            }

            var more = source.Read(content, read, content.Length - read);
            if (more == 0)
            {
                return false;
            }

            read += more;
        }

        var body = content.AsSpan(0, length - sizeof(ulong));
        return XxHash3.Hash64(body) == BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(body.Length));
    }

    private static int ParentOf(ReadOnlySpan<byte> entries, int index) => BinaryPrimitives.ReadInt32LittleEndian(entries[((index * EntryLength) + 16)..]);

    private void Restore(Holder holder, ReadOnlySpan<byte> entries, int count)
    {
        Empty(holder);
        var nodes = new int[count];
        for (var i = 0; i < count; i++)
        {
            var hash = BinaryPrimitives.ReadUInt64LittleEndian(entries[(i * EntryLength)..]);
            var tokens = BinaryPrimitives.ReadUInt64LittleEndian(entries[((i * EntryLength) + 8)..]);
            var parent = ParentOf(entries, i);
            if (parent == Lost)
            {
                nodes[i] = StoreLost(holder, hash, tokens);
                continue;
            }

            var node = parent == AtRoot ? 0 : nodes[parent];
            var status = Store(holder, ref node, hash, PathKey.Child(_nodes[node].Key, tokens));
            nodes[i] = node;
            if (status != KvIndexStatus.Ok)
            {
                // Other worker-ranks took the room meanwhile; children would otherwise be stored below the wrong block.
                Volatile.Write(ref _refused, _refused + count - i);
                return;
            }
        }
    }

    /// <summary>Holds a block at a place that nothing leads to, so that its removal and stores below it are understood.</summary>
    private int StoreLost(Holder holder, ulong hash, ulong tokens)
    {
        ref var slot = ref holder.Blocks.Slot(hash);
        if (slot != 0)
        {
            return slot;
        }

        var key = PathKey.Child(hash, tokens);
        var node = _nodes.Take(key, 0, NoGeneration);
        slot = node;
        _children.Add(key, node);
        Hold(node, holder.Slot);
        Count(holder, 1);
        _order?.Add(holder.Worker, hash);
        return node;
    }
}
