using System.CommandLine;
using System.Globalization;
using DynamoAspire.Cli.Pages;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Cli.Watch;

/// <summary><c>dynamo-aspire watch DIR|URL</c>: a table of metrics that is brought up to date.</summary>
internal static class WatchCommand
{
    private const string Description =
        """
        Show metrics as a live table: value, and increase per second of what only grows. The source is a PROMETHEUS_MULTIPROC_DIR or a metrics page.

        On a terminal the table is drawn over at each reading; elsewhere each reading is printed as lines of series, value and rate, separated by tabs and ended by an empty line.
        Buckets of histograms are left out unless asked for. Ctrl+C ends it.

        Examples:
          dynamo-aspire watch http://127.0.0.1:9400/metrics --prefix vllm: --match running
          dynamo-aspire watch "$PROMETHEUS_MULTIPROC_DIR" --interval 0.5
          dynamo-aspire watch DIR --once | sort -t "$(printf '\t')" -k 2 -n

        Exit codes:
          0   ended by Ctrl+C, by --count, or after --once
          2   the source cannot be read at the first reading; later ones are told in the table and tried again
          64  the command line is wrong
        """;

    internal static Command Create(CliConsole console)
    {
        var source = new Argument<string>("DIR|URL") { Description = "A directory, or an address that begins with http:// or https://." };
        var prefixes = new Option<string[]>("--prefix", "-p") { Description = "Show families whose name starts so; may be given several times.", DefaultValueFactory = _ => [] };
        var match = new Option<string?>("--match", "-m") { Description = "Show series whose name or labels hold this text, upper or lower case." };
        var interval = new Option<double>("--interval", "-i") { Description = "Seconds between readings, 0.1 to 3600.", DefaultValueFactory = _ => 1 };
        interval.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is not (>= 0.1 and <= 3600))
            {
                result.AddError("--interval must be from 0.1 to 3600 seconds.");
            }
        });
        var buckets = new Option<bool>("--buckets") { Description = "Show the buckets of histograms too." };
        var once = new Option<bool>("--once") { Description = "Print one reading and end." };
        var count = new Option<int>("--count", "-n") { Description = "End after so many readings; 0 goes on for ever.", DefaultValueFactory = _ => 0 };
        var command = new Command("watch", Description) { source, prefixes, match, interval, buckets, once, count };
        command.SetAction((result, cancellationToken) => RunAsync(
            console,
            result.GetRequiredValue(source),
            new WatchTable(result.GetValue(prefixes) ?? [], result.GetValue(match), result.GetValue(buckets)),
            TimeSpan.FromSeconds(result.GetValue(interval)),
            result.GetValue(once) ? 1 : result.GetValue(count),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CliConsole console, string name, WatchTable table, TimeSpan interval, int count, CancellationToken cancellationToken)
    {
        var (source, shown) = Source(name);
        if (source is null)
        {
            console.Error.WriteLine("dynamo-aspire watch: the source is empty. Is PROMETHEUS_MULTIPROC_DIR set?");
            return ExitCodes.Unreadable;
        }

        using var disposable = source as IDisposable;
        try
        {
            return await WatchAsync(console, shown, source, table, interval, count, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C is how one stops looking.
            return ExitCodes.Ok;
        }
    }

    private static async Task<int> WatchAsync(CliConsole console, string name, IWatchSource source, WatchTable table, TimeSpan interval, int count, CancellationToken cancellationToken)
    {
        var screen = new WatchScreen(console);
        var snapshot = new MetricSnapshot();
        List<WatchRow> rows = [];
        long? last = null;
        for (var reading = 1; ; reading++)
        {
            var begun = console.Time.GetTimestamp();
            var problem = await source.ReadAsync(snapshot, cancellationToken);
            if (problem is not null && last is null)
            {
                console.Error.WriteLine($"dynamo-aspire watch: {problem}");
                return ExitCodes.Unreadable;
            }

            if (problem is null)
            {
                rows = table.Rows(snapshot, last is { } before ? console.Time.GetElapsedTime(before, begun) : null);
                last = begun;
            }

            var title = string.Create(CultureInfo.InvariantCulture, $"{name}  {console.Time.GetUtcNow():HH:mm:ss}Z  {rows.Count} of {snapshot.SampleCount} samples, every {interval.TotalSeconds:0.###} s");
            screen.Draw(title, problem is null || console.Terminal is not null ? rows : [], problem);
            if (reading == count)
            {
                return ExitCodes.Ok;
            }

            await Task.Delay(interval, console.Time, cancellationToken);
        }
    }

    /// <summary>What is watched, and what it is called in the table: an address without the password in it.</summary>
    private static (IWatchSource? Source, string Shown) Source(string name) =>
        name.Length == 0 ? (null, name)
        : PageAddress.TryParse(name, out var page) ? (new UrlSource(page), page.ToString())
        : (new DirectorySource(name), name);
}
