using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Selecting;

/// <summary>
/// <c>[ name ] [ "{" [ matcher { "," matcher } [ "," ] ] "}" ]</c>, where a matcher is <c>label op "text"</c> or, for names that are not plain, <c>"name"</c> alone or <c>"label" op "text"</c>;
/// texts stand in double, single or back quotes.
/// </summary>
internal ref struct SelectorParser
{
    private const int MaxLength = 16 * 1024;
    private readonly string _text;
    private readonly List<LabelMatcher> _matchers;
    private string _problem;
    private int _at;

    private SelectorParser(string text)
    {
        _text = text;
        _matchers = [];
        _problem = "";
        _at = 0;
    }

    public static bool TryParse(string text, out List<LabelMatcher> matchers, [NotNullWhen(false)] out string? problem)
    {
        var parser = new SelectorParser(text);
        var ok = text.Length <= MaxLength ? parser.Parse() : parser.Fail("it is too long");
        matchers = parser._matchers;
        problem = ok ? null : parser._problem;
        return ok;
    }

    private bool Parse()
    {
        SkipSpace();
        var name = Word(colons: true);
        if (name.Length > 0)
        {
            if (!MetricNames.IsValidMetricName(name))
            {
                return Fail($"'{name}' is not the name of a metric");
            }

            _matchers.Add(new LabelMatcher(LabelBag.NameLabel, name, negated: false, regex: null));
        }

        SkipSpace();
        if (_at == _text.Length)
        {
            return name.Length > 0 || Fail("it is empty");
        }

        if (!Take('{'))
        {
            return Fail(Unexpected("{"));
        }

        return ParseMatchers() && (AtEnd() || Fail(Unexpected("the end")));
    }

    private bool ParseMatchers()
    {
        while (true)
        {
            SkipSpace();
            if (Take('}'))
            {
                return true;
            }

            if (!ParseMatcher())
            {
                return false;
            }

            SkipSpace();
            if (!Take(',') && (_at == _text.Length || _text[_at] != '}'))
            {
                return Fail(Unexpected(", or }"));
            }
        }
    }

    private bool ParseMatcher()
    {
        var quoted = _at < _text.Length && IsQuote(_text[_at]);
        string? label;
        if (quoted)
        {
            if (!TryText(out label))
            {
                return false;
            }

            SkipSpace();
            if (_at == _text.Length || _text[_at] is ',' or '}')
            {
                _matchers.Add(new LabelMatcher(LabelBag.NameLabel, label, negated: false, regex: null));
                return true;
            }
        }
        else if ((label = Word(colons: false)).Length == 0)
        {
            return Fail(Unexpected("the name of a label"));
        }

        SkipSpace();
        var (negated, isRegex) = (false, false);
        if (Take('='))
        {
            isRegex = Take('~');
        }
        else if (Take('!'))
        {
            negated = true;
            isRegex = Take('~');
            if (!isRegex && !Take('='))
            {
                return Fail(Unexpected("=, !=, =~ or !~"));
            }
        }
        else
        {
            return Fail(Unexpected("=, !=, =~ or !~"));
        }

        SkipSpace();
        if (!TryText(out var value))
        {
            return false;
        }

        if (!isRegex)
        {
            _matchers.Add(new LabelMatcher(label, value, negated, regex: null));
            return true;
        }

        if (!Re2Pattern.TryCompile(value, out var regex, out var problem))
        {
            return Fail($"'{value}' is not a regular expression: {problem}");
        }

        _matchers.Add(new LabelMatcher(label, value, negated, regex));
        return true;
    }

    private bool TryText([NotNullWhen(true)] out string? text)
    {
        text = null;
        if (_at == _text.Length || !IsQuote(_text[_at]))
        {
            return Fail(Unexpected("a text in quotes"));
        }

        var quote = _text[_at++];
        var result = new StringBuilder();
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == quote)
            {
                text = result.ToString();
                return true;
            }

            if (c == '\\' && quote != '`')
            {
                if (!TryEscape(result, quote))
                {
                    return Fail(string.Create(CultureInfo.InvariantCulture, $"unknown escape at character {_at}"));
                }
            }
            else
            {
                result.Append(c);
            }
        }

        return Fail("a text does not end");
    }

    /// <summary>The escapes of Go's string literals.</summary>
    private bool TryEscape(StringBuilder result, char quote)
    {
        if (_at == _text.Length)
        {
            return false;
        }

        var c = _text[_at++];
        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (_at + digits > _text.Length || !uint.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            {
                return false;
            }

            _at += digits;
            result.Append(new Rune(code).ToString());
            return true;
        }

        if (c == quote)
        {
            result.Append(c);
            return true;
        }

        var plain = c switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', '\\' => '\\', _ => '\0' };
        result.Append(plain);
        return plain != '\0';
    }

    private string Word(bool colons)
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_' || (colons && _text[_at] == ':')))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private bool Take(char c)
    {
        if (_at < _text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }

        return false;
    }

    private bool AtEnd()
    {
        SkipSpace();
        return _at == _text.Length;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private static bool IsQuote(char c) => c is '"' or '\'' or '`';

    private readonly string Unexpected(string wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"{(_at < _text.Length ? $"'{_text[_at]}'" : "the end")} at character {_at + 1}, where {wanted} is wanted");

    private bool Fail(string problem)
    {
        _problem = problem;
        return false;
    }
}
