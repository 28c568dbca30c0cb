using System.Text;
using System.Text.RegularExpressions;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>
/// Replaces <c>$1</c>, <c>${1}</c>, <c>$name</c> and <c>${name}</c> by what groups have matched, as Go's <c>Regexp.Expand</c> does: without braces the longest run of letters, digits
/// and underscores is the name (<c>$1x</c> is the group <c>1x</c>), a group that is not there is nothing, <c>$$</c> is a dollar.
/// </summary>
internal static class GroupTemplate
{
    public static string Expand(string template, Re2Regex regex, Match match)
    {
        if (!template.Contains('$', StringComparison.Ordinal))
        {
            return template;
        }

        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$')
            {
                text.Append(template[i]);
                continue;
            }

            if (i + 1 < template.Length && template[i + 1] == '$')
            {
                text.Append('$');
                i++;
                continue;
            }

            var braces = i + 1 < template.Length && template[i + 1] == '{';
            var start = i + (braces ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == start || (braces && (end == template.Length || template[end] != '}')))
            {
                // Not a group: the dollar stands for itself.
                text.Append('$');
                continue;
            }

            text.Append(regex.Group(match, template[start..end]));
            i = braces ? end : end - 1;
        }

        return text.ToString();
    }
}
