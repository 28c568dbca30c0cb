namespace DynamoAspire.Cli;

/// <summary>The terminal that the output goes to, if it goes to one.</summary>
/// <param name="Size">Columns and lines of now: a window may be resized.</param>
/// <param name="Colours">Whether colours may be used (https://no-color.org).</param>
internal sealed record CliTerminal(Func<(int Width, int Height)> Size, bool Colours)
{
    internal static CliTerminal? OfProcess() => Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb"
        ? null
        : new CliTerminal(static () => (Console.WindowWidth, Console.WindowHeight), string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
}
