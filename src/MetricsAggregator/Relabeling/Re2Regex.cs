using System.Globalization;
using System.Text.RegularExpressions;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>A compiled pattern of RE2 and the numbers of its named groups. Immutable.</summary>
internal sealed class Re2Regex(Regex regex, IReadOnlyDictionary<string, int> names)
{
    public bool IsMatch(ReadOnlySpan<char> text) => regex.IsMatch(text);

    public Match Match(string text) => regex.Match(text);

    /// <summary>What a group, by number or name, has matched; nothing if there is no such group.</summary>
    public string Group(Match match, string name) =>
        names.TryGetValue(name, out var number) || int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? match.Groups[number].Value : "";
}
