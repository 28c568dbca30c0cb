using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>Labels while rules change them; the metric's name is the label <c>__name__</c>, as in Prometheus. Setting a label to nothing removes it. Not a hot path: a series is worked out once.</summary>
internal sealed class LabelBag
{
    public const string NameLabel = "__name__";

    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    public string Name => Get(NameLabel);

    public IEnumerable<KeyValuePair<string, string>> All => _labels;

    /// <summary>Value of a label; a label that is not there is empty.</summary>
    public string Get(string name) => _labels.GetValueOrDefault(name, "");

    public bool Contains(string name) => _labels.ContainsKey(name);

    public void Set(string name, string value)
    {
        if (value.Length == 0)
        {
            _labels.Remove(name);
        }
        else
        {
            _labels[name] = value;
        }
    }

    public void Remove(string name) => _labels.Remove(name);

    /// <summary>Whether a text is a plain label name; unlike for metrics of our own, two underscores may stand first, for those that only rules see.</summary>
    public static bool IsLabelName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The series that these labels make. Labels that begin with two underscores belong to the rules and are left out.</summary>
    public Series ToSeries() => Series.Create(Name, [.. _labels.Where(l => !l.Key.StartsWith("__", StringComparison.Ordinal))]);
}
