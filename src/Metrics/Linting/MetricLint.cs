using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Linting;

/// <summary>
/// Advice on names and metadata: that of <c>promtool check metrics</c> (https://prometheus.io/docs/practices/naming), in its words, and for metrics of this product (prefix
/// <c>dynamo_aspire_</c>) our own rules.
/// </summary>
public static class MetricLint
{
    private const string OwnPrefix = "dynamo_aspire_";

    private static readonly string[] s_typeNames = ["counter", "gauge", "summary", "histogram", "gauge_histogram"];

    // What has no bound may not be a label of ours: each value would be a series for ever.
    private static readonly HashSet<string> s_unboundedLabels = new(StringComparer.Ordinal) { "request_id", "prompt", "url", "uri", "path", "query", "exception", "message", "stack", "pid", "timestamp", "user", "ip" };

    /// <summary>All advice, by family and words, each once.</summary>
    public static IReadOnlyList<LintProblem> Check(MetricSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var problems = new SortedSet<LintProblem>(Comparer<LintProblem>.Create(static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var family = snapshot[i];
            var name = Encoding.UTF8.GetString(family.Header.TextName);
            var advice = new List<string>();
            CheckHelp(family.Header, advice);
            CheckUnits(name, advice);
            CheckType(name, family.Header.Type, advice);
            CheckWriting(name, advice);
            foreach (ref readonly var sample in family.Samples)
            {
                CheckLabels(sample.Series, family.Header.Type, advice);
            }

            if (name.StartsWith(OwnPrefix, StringComparison.Ordinal))
            {
                CheckOwn(name, family, advice);
            }

            problems.UnionWith(advice.Select(a => new LintProblem(name, a)));
        }

        return [.. problems];
    }

    private static void CheckHelp(FamilyHeader header, List<string> advice)
    {
        if (header.Help.IsEmpty)
        {
            advice.Add("no help text");
        }
    }

    private static void CheckUnits(string name, List<string> advice)
    {
        if (LintUnits.TryFind(name, out var unit, out var baseUnit) && unit != baseUnit)
        {
            advice.Add($"use base unit \"{baseUnit}\" instead of \"{unit}\"");
        }

        if (LintUnits.Abbreviations.Any(a => HasWord(name.ToLowerInvariant(), a)))
        {
            advice.Add("metric names should not contain abbreviated units");
        }
    }

    private static void CheckType(string name, MetricType type, List<string> advice)
    {
        // Of something untyped nobody knows what its name should be.
        if (type != MetricType.Unknown)
        {
            var isTotal = name.EndsWith("_total", StringComparison.Ordinal);
            if (type == MetricType.Counter && !isTotal)
            {
                advice.Add("counter metrics should have \"_total\" suffix");
            }
            else if (type != MetricType.Counter && isTotal)
            {
                advice.Add("non-counter metrics should not have \"_total\" suffix");
            }

            var isHistogram = type is MetricType.Histogram or MetricType.GaugeHistogram;
            if (!isHistogram && name.EndsWith("_bucket", StringComparison.Ordinal))
            {
                advice.Add("non-histogram metrics should not have \"_bucket\" suffix");
            }

            foreach (var suffix in new[] { "_count", "_sum" })
            {
                if (!isHistogram && type != MetricType.Summary && name.EndsWith(suffix, StringComparison.Ordinal))
                {
                    advice.Add($"non-histogram and non-summary metrics should not have \"{suffix}\" suffix");
                }
            }
        }

        foreach (var typeName in s_typeNames)
        {
            if (HasWord(name.ToLowerInvariant(), typeName))
            {
                advice.Add($"metric name should not include type '{typeName}'");
            }
        }
    }

    private static void CheckWriting(string name, List<string> advice)
    {
        if (name.Contains(':', StringComparison.Ordinal))
        {
            advice.Add("metric names should not contain ':'");
        }

        if (IsCamelCase(name))
        {
            advice.Add("metric names should be written in 'snake_case' not 'camelCase'");
        }
    }

    private static void CheckLabels(Series series, MetricType type, List<string> advice)
    {
        var labels = series.Labels;
        while (labels.Read())
        {
            if (type is not (MetricType.Unknown or MetricType.Histogram or MetricType.GaugeHistogram) && labels.Name.SequenceEqual("le"u8))
            {
                Add("non-histogram metrics should not have \"le\" label");
            }
            else if (type is not (MetricType.Unknown or MetricType.Summary) && labels.Name.SequenceEqual("quantile"u8))
            {
                Add("non-summary metrics should not have \"quantile\" label");
            }
            else if (IsCamelCase(Encoding.UTF8.GetString(labels.Name)))
            {
                Add("label names should be written in 'snake_case' not 'camelCase'");
            }
        }

        void Add(string text)
        {
            if (!advice.Contains(text))
            {
                advice.Add(text);
            }
        }
    }

    private static void CheckOwn(string name, MetricFamily family, List<string> advice)
    {
        if (HasWord(name, "percent") || HasWord(name, "perc"))
        {
            advice.Add("shares are ratios from 0 to 1, named _ratio");
        }

        if (name.EndsWith("_timestamp", StringComparison.Ordinal) || (HasWord(name, "timestamp") && !name.EndsWith("_timestamp_seconds", StringComparison.Ordinal)))
        {
            advice.Add("points in time are Unix seconds, named _timestamp_seconds");
        }

        if (family.Header.Type == MetricType.Unknown)
        {
            advice.Add("metrics of our own have a type");
        }

        foreach (ref readonly var sample in family.Samples)
        {
            if (name.EndsWith("_info", StringComparison.Ordinal) && sample.Value != 1)
            {
                advice.Add("metrics named _info are constant 1");
            }

            var labels = sample.Series.Labels;
            while (labels.Read())
            {
                var label = Encoding.UTF8.GetString(labels.Name);
                if (s_unboundedLabels.Contains(label))
                {
                    advice.Add($"label \"{label}\" has no bound; leave it out or map it to a closed set");
                }
            }
        }
    }

    private static bool HasWord(string name, string word)
    {
        var at = name.IndexOf("_" + word, StringComparison.Ordinal);
        while (at >= 0)
        {
            var end = at + 1 + word.Length;
            if (end == name.Length || name[end] == '_')
            {
                return true;
            }

            at = name.IndexOf("_" + word, at + 1, StringComparison.Ordinal);
        }

        return false;
    }

    private static bool IsCamelCase(string name)
    {
        for (var i = 1; i < name.Length; i++)
        {
            if (char.IsAsciiLetterLower(name[i - 1]) && char.IsAsciiLetterUpper(name[i]))
            {
                return true;
            }
        }

        return false;
    }
}
