using System.Globalization;
using System.Text;

namespace DynamoAspire.Cli.Watch;

/// <summary>Lays the rows out: on a terminal a screen that is drawn over, elsewhere one plain snapshot after the other.</summary>
internal sealed class WatchScreen(CliConsole console)
{
    private const int NumberWidth = 16;
    private const string Home = "\u001b[H";
    private const string ToEndOfLine = "\u001b[K";
    private const string ToEndOfScreen = "\u001b[J";
    private const string Bold = "\u001b[1m";
    private const string Changed = "\u001b[33m";
    private const string Plain = "\u001b[0m";

    internal void Draw(string title, IReadOnlyList<WatchRow> rows, string? problem)
    {
        var text = new StringBuilder();
        if (console.Terminal is { } terminal)
        {
            var (width, height) = terminal.Size();
            DrawTerminal(text, title, rows, problem, Math.Max(width, (2 * NumberWidth) + 10), Math.Max(height, 4), terminal.Colours);
        }
        else
        {
            text.Append("# ").AppendLine(problem is null ? title : $"{title}: {problem}");
            foreach (var row in rows)
            {
                text.Append(row.Series).Append('\t').Append(Number(row.Value)).Append('\t').AppendLine(Rate(row.Rate));
            }

            text.AppendLine();
        }

        console.OutputText.Write(text.Replace("\r\n", "\n"));
    }

    internal static string Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Rate(double? rate) => rate is { } value ? value.ToString(value is 0 or >= 100 ? "0" : "G4", CultureInfo.InvariantCulture) + "/s" : "-";

    private static void DrawTerminal(StringBuilder text, string title, IReadOnlyList<WatchRow> rows, string? problem, int width, int height, bool colours)
    {
        var nameWidth = width - (2 * NumberWidth) - 1;
        text.Append(Home);
        Line(Cut(title, width - 1), colours ? Bold : "");
        Line(Cut(problem ?? $"{"series".PadRight(nameWidth)}{"value",NumberWidth}{"per second",NumberWidth}", width - 1), "");
        var room = height - 3;
        var shown = rows.Count > room ? room - 1 : rows.Count;
        for (var i = 0; i < shown; i++)
        {
            var row = rows[i];
            Line($"{Cut(row.Series, nameWidth - 1).PadRight(nameWidth)}{Number(row.Value),NumberWidth}{Rate(row.Rate),NumberWidth}", colours && row.Changed ? Changed : "");
        }

        if (shown < rows.Count)
        {
            Line(Cut($"… {rows.Count - shown} more; narrow down with --prefix or --match, or enlarge the window", width - 1), "");
        }

        text.Append(ToEndOfScreen);

        void Line(string line, string colour) => text.Append(colour).Append(line).Append(colour.Length > 0 ? Plain : "").Append(ToEndOfLine).Append('\n');
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : string.Concat(text.AsSpan(0, width - 1), "…");
}
