namespace DynamoAspire.MetricsAggregator.Load;

/// <summary>The load of one rank as the page shows it.</summary>
internal sealed record LoadRow(string Engine, string Worker, uint Rank, ulong? DecodeBlocks, ulong? PrefillTokens, TimeSpan Age);
