using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>
/// Compiles a regular expression as Prometheus means it: RE2 syntax, anchored at both ends, <c>.</c> matching line feeds too, in time linear in the text.
/// </summary>
/// <remarks>
/// .NET's engine without backtracking has the same semantics but for a few spellings, which are rewritten: <c>(?P&lt;n&gt;</c>, ASCII <c>\d \w \s</c>, POSIX classes, and <c>$</c>,
/// which in .NET matches before a last line feed as well.
/// </remarks>
internal static class Re2Pattern
{
    private const int MaxLength = 4096;
    private static readonly Dictionary<string, string> s_posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = "\\x00-\\x7F",
        ["blank"] = "\\t ",
        ["cntrl"] = "\\x00-\\x1F\\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = "!-/:-@\\[-`{-~",
        ["space"] = "\\t\\n\\v\\f\\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    public static bool TryCompile(string pattern, [NotNullWhen(true)] out Re2Regex? regex, [NotNullWhen(false)] out string? problem)
    {
        regex = null;
        if (pattern.Length > MaxLength)
        {
            problem = $"longer than {MaxLength} characters";
            return false;
        }

        try
        {
            var names = new Dictionary<string, int>(StringComparer.Ordinal);
            var translated = "\\A(?:" + Translate(pattern, names) + ")\\z";
            regex = new Re2Regex(new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline), names);
            problem = null;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // RE2 has neither look-around nor back-references, and neither has the engine that is used.
            problem = e.Message;
            return false;
        }
    }

    /// <summary>The compiled form of a pattern that was validated.</summary>
    public static Re2Regex Compile(string pattern) => TryCompile(pattern, out var regex, out var problem) ? regex : throw new ArgumentException(problem, nameof(pattern));

    private static string Translate(string pattern, Dictionary<string, int> names)
    {
        var text = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        var groups = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                text.Append(Escape(pattern[++i], inClass));
            }
            else if (inClass)
            {
                if (c == '[' && Posix(pattern, i) is { } posix)
                {
                    text.Append(s_posix[posix]);
                    i += posix.Length + 3;
                }
                else
                {
                    // A bare bracket within a class is a character in RE2; .NET would take "-[" as a subtraction.
                    inClass = c != ']';
                    text.Append(c == '[' ? "\\[" : c.ToString());
                }
            }
            else if (c == '[')
            {
                inClass = true;
                text.Append(c);
                if (i + 1 < pattern.Length && pattern[i + 1] == '^')
                {
                    text.Append('^');
                    i++;
                }

                if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                {
                    // A closing bracket that stands first is a character.
                    text.Append("\\]");
                    i++;
                }
            }
            else if (c == '$')
            {
                text.Append("\\z");
            }
            else if (c == '(')
            {
                text.Append('(');
                i += TakeGroup(pattern.AsSpan(i + 1), ref groups, names);
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Numbers a group as RE2 does, from left to right whether it has a name or not (.NET numbers those with names last), and passes over the name; says how many characters that are.
    /// </summary>
    private static int TakeGroup(ReadOnlySpan<char> rest, ref int groups, Dictionary<string, int> names)
    {
        var start = rest.StartsWith("?P<") ? 3 : rest.StartsWith("?<") && !rest.StartsWith("?<=") && !rest.StartsWith("?<!") ? 2 : 0;
        if (start == 0)
        {
            groups += rest.StartsWith("?") ? 0 : 1;
            return 0;
        }

        var end = rest.IndexOf('>');
        if (end <= start)
        {
            throw new ArgumentException("the name of a group does not end");
        }

        names[rest[start..end].ToString()] = ++groups;
        return end + 1;
    }

    private static string Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('w', true) => "0-9A-Za-z_",
        ('w', false) => "[0-9A-Za-z_]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('s', true) => "\\t\\n\\f\\r ",
        ('s', false) => "[\\t\\n\\f\\r ]",
        ('S', false) => "[^\\t\\n\\f\\r ]",
        _ => "\\" + c,
    };

    private static string? Posix(string pattern, int at)
    {
        var end = pattern.IndexOf(":]", at, StringComparison.Ordinal);
        return end > at + 1 && pattern[at + 1] == ':' && s_posix.ContainsKey(pattern[(at + 2)..end]) ? pattern[(at + 2)..end] : null;
    }
}
