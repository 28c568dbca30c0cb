namespace DynamoAspire.Metrics.Linting;

/// <summary>Advice on a family: valid, but not as it is usually done.</summary>
/// <param name="Family">Name as text 0.0.4 prints it.</param>
/// <param name="Advice">What to do about it.</param>
public readonly record struct LintProblem(string Family, string Advice)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Family} {Advice}";
}
