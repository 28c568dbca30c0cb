namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>An encoded request.</summary>
/// <param name="Body">The message.</param>
/// <param name="Points">Data points in it.</param>
internal sealed record OtlpRequest(ReadOnlyMemory<byte> Body, int Points);
