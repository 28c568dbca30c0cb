namespace DynamoAspire.Metrics.Parsing;

/// <summary>Where and why text is refused.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Byte in the line, from 1.</param>
public readonly record struct ExpositionError(ExpositionErrorReason Reason, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}, column {Column}: {Reason.Name()}: {Reason.Explain()}";
}
