using System.Diagnostics.CodeAnalysis;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Selecting;

/// <summary>
/// A series selector of PromQL: <c>name{label="value",other=~"a|b"}</c>. All matchers must hold; a label that is not there is empty. Immutable.
/// </summary>
internal sealed class SeriesSelector
{
    private readonly LabelMatcher[] _matchers;

    private SeriesSelector(LabelMatcher[] matchers) => _matchers = matchers;

    /// <summary>Reads one; on failure <paramref name="problem"/> says what is wrong.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SeriesSelector? selector, [NotNullWhen(false)] out string? problem)
    {
        selector = null;
        if (!SelectorParser.TryParse(text, out var matchers, out problem))
        {
            return false;
        }

        if (matchers.TrueForAll(m => m.MatchesEmpty))
        {
            // As in Prometheus: such a selector would mean everything, which nobody asks for on purpose.
            problem = "at least one matcher must not match the empty text";
            return false;
        }

        selector = new SeriesSelector([.. matchers]);
        return true;
    }

    public bool Matches(Series series)
    {
        foreach (var matcher in _matchers)
        {
            if (!matcher.Matches(series))
            {
                return false;
            }
        }

        return true;
    }
}
