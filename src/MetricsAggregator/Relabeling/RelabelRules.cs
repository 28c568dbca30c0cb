namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>Rules in their order, compiled. Immutable.</summary>
internal sealed class RelabelRules
{
    private readonly (RelabelOptions Options, Re2Regex Regex)[] _rules;

    public RelabelRules(IEnumerable<RelabelOptions> rules) => _rules = [.. rules.Select(r => (r, Re2Pattern.Compile(r.Regex)))];

    public int Count => _rules.Length;

    /// <summary>Applies them; false if what the labels stand for is dropped.</summary>
    public bool Apply(LabelBag labels)
    {
        foreach (var (rule, regex) in _rules)
        {
            if (!Apply(rule, regex, labels))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Apply(RelabelOptions rule, Re2Regex regex, LabelBag labels)
    {
        var value = string.Join(rule.Separator, rule.SourceLabels.Select(labels.Get));
        switch (rule.Action)
        {
            case RelabelAction.Keep:
                return regex.IsMatch(value);
            case RelabelAction.Drop:
                return !regex.IsMatch(value);
            case RelabelAction.KeepEqual:
                return labels.Get(rule.TargetLabel) == value;
            case RelabelAction.DropEqual:
                return labels.Get(rule.TargetLabel) != value;
            case RelabelAction.Replace:
                Replace(rule, regex, value, labels);
                return true;
            case RelabelAction.Lowercase:
                labels.Set(rule.TargetLabel, value.ToLowerInvariant());
                return true;
            case RelabelAction.Uppercase:
                labels.Set(rule.TargetLabel, value.ToUpperInvariant());
                return true;
            default:
                ApplyToNames(rule, regex, labels);
                return true;
        }
    }

    private static void Replace(RelabelOptions rule, Re2Regex regex, string value, LabelBag labels)
    {
        if (regex.Match(value) is not { Success: true } match)
        {
            return;
        }

        var target = GroupTemplate.Expand(rule.TargetLabel, regex, match);
        if (LabelBag.IsLabelName(target))
        {
            labels.Set(target, GroupTemplate.Expand(rule.Replacement, regex, match));
        }
    }

    private static void ApplyToNames(RelabelOptions rule, Re2Regex regex, LabelBag labels)
    {
        foreach (var (name, value) in labels.All.ToList())
        {
            var match = regex.Match(name);
            switch (rule.Action)
            {
                case RelabelAction.LabelMap when match.Success && GroupTemplate.Expand(rule.Replacement, regex, match) is var mapped && LabelBag.IsLabelName(mapped):
                    labels.Set(mapped, value);
                    break;
                case RelabelAction.LabelDrop when match.Success:
                case RelabelAction.LabelKeep when !match.Success:
                    labels.Remove(name);
                    break;
            }
        }
    }
}
