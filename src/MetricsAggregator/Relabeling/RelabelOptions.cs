using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>One rule, with the keys, defaults and meaning of Prometheus' <c>relabel_config</c>.</summary>
public sealed record RelabelOptions : IValidatedOptions
{
    /// <summary>Labels whose values are joined and matched; <c>__name__</c> is the metric's name.</summary>
    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    /// <summary>Stands between the joined values.</summary>
    public string Separator { get; init; } = ";";

    /// <summary>Regular expression (RE2) that the whole text must match.</summary>
    public string Regex { get; init; } = "(.*)";

    /// <summary>Label that is set; groups of the expression may stand in it as <c>$1</c> or <c>${name}</c>.</summary>
    public string TargetLabel { get; init; } = "";

    /// <summary>What it is set to.</summary>
    public string Replacement { get; init; } = "$1";

    /// <summary>What is done.</summary>
    public RelabelAction Action { get; init; } = RelabelAction.Replace;

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!Re2Pattern.TryCompile(Regex, out _, out var problem))
        {
            problems.Add(nameof(Regex), $"'{OptionsReader.Shown(Regex)}' is not a regular expression: {problem}");
        }

        var named = Action is RelabelAction.Replace or RelabelAction.KeepEqual or RelabelAction.DropEqual or RelabelAction.Lowercase or RelabelAction.Uppercase;
        if (named && TargetLabel.Length == 0)
        {
            problems.Add(nameof(TargetLabel), $"is missing; action {Action} needs the name of the label to set or to compare");
        }
        else if (TargetLabel.Length > 0 && !TargetLabel.Contains('$', StringComparison.Ordinal) && !LabelBag.IsLabelName(TargetLabel))
        {
            problems.Add(nameof(TargetLabel), $"'{OptionsReader.Shown(TargetLabel)}' is not a label name; use letters, digits and _");
        }

        if (Action is RelabelAction.Keep or RelabelAction.Drop && SourceLabels.Count == 0)
        {
            problems.Add(nameof(SourceLabels), $"is missing; action {Action} needs the labels to look at, such as __name__");
        }
    }
}
