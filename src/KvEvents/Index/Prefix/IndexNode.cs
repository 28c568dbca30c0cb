namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>One block at one place of the tree.</summary>
/// <remarks>
/// A child is told by (parent, parent's generation, key). A node that nobody holds raises its generation, and with that drops all its
/// children at once: they stay where they are, no look-up reaches them, and they go when the last that names them goes.
/// The generation is odd while the node is not in use, and look-ups read it before and after the rest: equal and even means that what
/// they read belongs together. It wraps after two thousand million reuses of one place, all within the life of one dropped child.
/// </remarks>
internal struct IndexNode
{
    public ulong Key;
    public int Parent;
    public uint ParentGeneration;
    public uint Generation;

    /// <summary>Who holds it: 0 nobody, n &gt; 0 the worker-rank of slot n − 1, negative the complement of the place in <see cref="HolderSets"/>.</summary>
    public int Holders;
}
