using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Tests;

internal static class MetricText
{
    /// <summary>Value of exactly one series; fails with the series of that name when it is not there.</summary>
    public static double Value(MetricRegistry registry, string name, params (string Name, string Value)[] labels)
    {
        var snapshot = new MetricSnapshot();
        registry.Collect(snapshot);
        var wanted = Series.Create(name, [.. labels.Select(l => KeyValuePair.Create(l.Name, l.Value))]);
        var near = new List<string>();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            foreach (var sample in snapshot[i].Samples)
            {
                if (sample.Series.Equals(wanted))
                {
                    return sample.Value;
                }

                if (sample.Series.ToString().StartsWith(name, StringComparison.Ordinal))
                {
                    near.Add(sample.Series.ToString());
                }
            }
        }

        throw new InvalidOperationException($"No series {wanted}; there are: {string.Join(' ', near)}");
    }
}
