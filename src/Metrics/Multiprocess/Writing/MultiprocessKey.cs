using System.Globalization;
using System.Text;

namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>
/// The key of an entry, byte for byte as Python's <c>json.dumps(..., sort_keys=True)</c> writes it, because processes find their own entries again by it:
/// <c>["family", "sample", {"label": "value"}, "help"]</c>, ASCII only.
/// </summary>
internal static class MultiprocessKey
{
    internal static byte[] Create(string family, string sample, IEnumerable<(string Name, string Value)> labels, string help)
    {
        var text = new StringBuilder("[");
        AppendString(text, family);
        text.Append(", ");
        AppendString(text, sample);
        text.Append(", {");
        var first = true;
        foreach (var (name, value) in labels.OrderBy(l => l.Name, StringComparer.Ordinal))
        {
            if (!first)
            {
                text.Append(", ");
            }

            first = false;
            AppendString(text, name);
            text.Append(": ");
            AppendString(text, value);
        }

        text.Append("}, ");
        AppendString(text, help);
        text.Append(']');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or > '~':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }
}
