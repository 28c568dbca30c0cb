namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>What a look-up must not see change under way: who stands behind a bit and how wide sets are. Replaced as a whole when a worker-rank comes or goes.</summary>
internal sealed record IndexView(Holder?[] Holders, HolderSets Sets);
