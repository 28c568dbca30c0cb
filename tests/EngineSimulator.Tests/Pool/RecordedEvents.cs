using DynamoAspire.EngineSimulator.Pool;

namespace DynamoAspire.EngineSimulator.Tests.Pool;

/// <summary>Keeps what a cache tells, as text, and applies it to a set.</summary>
internal sealed class RecordedEvents : ICacheEvents
{
    public List<string> All { get; } = [];

    /// <summary>What somebody who only hears the events believes to be cached, with each block's parent.</summary>
    public Dictionary<ulong, ulong?> Believed { get; } = [];

    public void Stored(ReadOnlySpan<ulong> hashes, ulong? parent, ReadOnlySpan<uint> tokens)
    {
        All.Add($"stored {string.Join(',', hashes.ToArray())} after {parent} with {tokens.Length} tokens");
        foreach (var hash in hashes)
        {
            Assert.True(parent is null || Believed.ContainsKey(parent.Value), "a block is stored after one that is not cached");
            Assert.True(Believed.TryAdd(hash, parent), "a block is stored twice");
            parent = hash;
        }
    }

    public void Removed(ulong hash)
    {
        All.Add($"removed {hash}");
        Assert.True(Believed.Remove(hash), "a block is removed that was not stored");
        Assert.DoesNotContain((ulong?)hash, Believed.Values);
    }

    public void Cleared()
    {
        All.Add("cleared");
        Believed.Clear();
    }
}
