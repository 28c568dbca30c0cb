using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Selecting;

/// <summary>One condition of a selector: <c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>, the latter two anchored. Immutable.</summary>
internal sealed class LabelMatcher
{
    private readonly byte[] _name;
    private readonly byte[] _value;
    private readonly bool _isName;
    private readonly bool _negated;
    private readonly Re2Regex? _regex;

    public LabelMatcher(string name, string value, bool negated, Re2Regex? regex)
    {
        _name = Encoding.UTF8.GetBytes(name);
        _value = Encoding.UTF8.GetBytes(value);
        _isName = name == LabelBag.NameLabel;
        _negated = negated;
        _regex = regex;
        MatchesEmpty = Test("", isEscaped: false, []) != negated;
    }

    /// <summary>Whether a series without the label matches.</summary>
    public bool MatchesEmpty { get; }

    public bool Matches(Series series)
    {
        if (_isName)
        {
            return Test("", isEscaped: false, series.Name) != _negated;
        }

        var text = new SeriesText(series);
        while (text.ReadLabel())
        {
            if (text.LabelName.SequenceEqual(_name))
            {
                return (text.IsEscaped ? Test(text.Value(), isEscaped: true, default) : Test("", isEscaped: false, text.RawValue)) != _negated;
            }
        }

        return MatchesEmpty;
    }

    private bool Test(string unescaped, bool isEscaped, ReadOnlySpan<byte> plain)
    {
        if (_regex is null)
        {
            return isEscaped ? Encoding.UTF8.GetBytes(unescaped).AsSpan().SequenceEqual(_value) : plain.SequenceEqual(_value);
        }

        if (isEscaped || plain.Length > 256)
        {
            return _regex.IsMatch(isEscaped ? unescaped : Encoding.UTF8.GetString(plain));
        }

        Span<char> characters = stackalloc char[256];
        return _regex.IsMatch(characters[..Encoding.UTF8.GetChars(plain, characters)]);
    }
}
