using System.Text;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Registration;

/// <summary>Labels added to series that do not have them: automatic ones first, then the caller's.</summary>
internal static class InjectedLabels
{
    internal static (byte[] Name, byte[] Value)[] Combine(IReadOnlyList<(string Name, string Value)> automatic, IReadOnlyList<(string Name, string Value)> custom)
    {
        var all = new List<(byte[], byte[])>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var labels in (ReadOnlySpan<IReadOnlyList<(string Name, string Value)>>)[automatic, custom])
        {
            var own = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, value) in labels)
            {
                Check(name, value);
                if (!own.Add(name))
                {
                    throw new ArgumentException($"Duplicate label key '{name}' found in labels.", nameof(custom));
                }

                if (names.Add(name))
                {
                    all.Add((Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value)));
                }
            }
        }

        return [.. all];
    }

    private static void Check(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name is "le" or "quantile")
        {
            throw new ArgumentException($"Label '{name}' cannot be injected: it belongs to histograms and summaries.", nameof(name));
        }

        if (!MetricNames.IsValidLabelName(name))
        {
            throw new ArgumentException($"Label '{name}' cannot be injected: it is not a label name ([a-zA-Z_][a-zA-Z0-9_]*, not starting with __).", nameof(name));
        }
    }
}
