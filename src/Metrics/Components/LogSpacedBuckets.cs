namespace DynamoAspire.Metrics.Components;

/// <summary>Bucket bounds as Dynamo's frontend spaces them: 0, then evenly on a logarithmic scale up to the maximum, two significant digits each.</summary>
public sealed record LogSpacedBuckets(double Minimum, double Maximum, int Count)
{
    /// <summary>Most bounds.</summary>
    public const int MaxCount = 512;

    /// <summary>Whether bounds can be made: finite, 0 &lt; minimum &lt; maximum, 1 to 512 of them.</summary>
    public bool IsValid => double.IsFinite(Minimum) && double.IsFinite(Maximum) && Minimum > 0 && Minimum < Maximum && Count is >= 1 and <= MaxCount;

    /// <summary>The bounds, duplicates that the rounding makes removed.</summary>
    public IReadOnlyList<double> ToBounds()
    {
        if (!IsValid)
        {
            throw new InvalidOperationException($"Buckets from {Minimum} to {Maximum}, {Count} of them, cannot be made: 0 < minimum < maximum and 1 to {MaxCount} are needed.");
        }

        var bounds = new List<double> { 0 };
        for (var i = 1; i < Count; i++)
        {
            var bound = RoundToTwoDigits(Math.Exp(Math.Log(Minimum) + ((Math.Log(Maximum) - Math.Log(Minimum)) * i / (Count - 1))));
            if (bound != bounds[^1])
            {
                bounds.Add(bound);
            }
        }

        return bounds;
    }

    /// <summary>Half away from zero. The power is divided by where it is below one: 10^-3 has no exact double, 10^3 has.</summary>
    private static double RoundToTwoDigits(double value)
    {
        var exponent = (int)Math.Floor(Math.Log10(value)) - 1;
        var power = Math.Pow(10, Math.Abs(exponent));
        return exponent >= 0
            ? Math.Round(value / power, MidpointRounding.AwayFromZero) * power
            : Math.Round(value * power, MidpointRounding.AwayFromZero) / power;
    }
}
