namespace DynamoAspire.KvEvents.LoadEvents;

/// <summary>Load of one rank of one worker, as Dynamo's routers read it on <c>namespace.{ns}.kv_metrics</c>.</summary>
/// <param name="WorkerId">Worker.</param>
/// <param name="DpRank">Data-parallel rank; readers take an absent one as 0.</param>
public readonly record struct ActiveLoad(ulong WorkerId, uint DpRank)
{
    /// <summary>KV blocks in use by running requests, or null where not reported.</summary>
    public ulong? ActiveDecodeBlocks { get; init; }

    /// <summary>Tokens of prompts being processed, or null where not reported.</summary>
    public ulong? ActivePrefillTokens { get; init; }

    /// <summary>KV blocks in use as the worker itself says (newer Dynamo), preferred to <see cref="ActiveDecodeBlocks"/>; left out of the message when null.</summary>
    public ulong? KvUsedBlocks { get; init; }

    /// <summary>What the worker reports as used: <see cref="KvUsedBlocks"/>, else <see cref="ActiveDecodeBlocks"/>.</summary>
    public ulong? UsedBlocks => KvUsedBlocks ?? ActiveDecodeBlocks;
}
