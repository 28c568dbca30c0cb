using System.Buffers;
using System.CommandLine;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Collect;

/// <summary><c>dynamo-aspire collect DIR</c>: what Python's multiprocess collector would print.</summary>
internal static class CollectCommand
{
    private const string Description =
        """
        Print the metrics that the processes of an engine have left in a PROMETHEUS_MULTIPROC_DIR, merged over the processes.

        A damaged or foreign file never hides the others: it is left out and named on standard error, as is a family that files declare with different types.

        Examples:
          dynamo-aspire collect /tmp/vllm_prometheus
          dynamo-aspire collect "$PROMETHEUS_MULTIPROC_DIR" --format openmetrics
          dynamo-aspire collect DIR --strict > metrics.txt || echo "something was left out"

        Exit codes:
          0   printed
          1   printed, but something was left out (with --strict only)
          2   DIR is missing, no directory, or cannot be listed
          64  the command line is wrong
        """;

    internal static Command Create(CliConsole console)
    {
        var directory = new Argument<string>("DIR") { Description = "The directory." };
        var format = new Option<string>("--format", "-f") { Description = "Text format to print.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "openmetrics");
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 if a file or a family was left out." };
        var command = new Command("collect", Description) { directory, format, strict };
        command.SetAction(result => Run(
            console,
            result.GetRequiredValue(directory),
            result.GetValue(format) == "openmetrics" ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text,
            result.GetValue(strict)));
        return command;
    }

    private static int Run(CliConsole console, string path, ExpositionFormat format, bool strict)
    {
        if (path.Length == 0)
        {
            console.Error.WriteLine("dynamo-aspire collect: DIR is empty. Is PROMETHEUS_MULTIPROC_DIR set?");
            return ExitCodes.Unreadable;
        }

        var directory = new MultiprocessDirectory(path);
        var snapshot = new MetricSnapshot();
        directory.Collect(snapshot);
        if (Refusal(directory.State) is { } refusal)
        {
            console.Error.WriteLine($"dynamo-aspire collect: '{path}' {refusal}");
            return ExitCodes.Unreadable;
        }

        foreach (var skip in directory.Skips)
        {
            console.Error.WriteLine($"warning: {skip.File}: {Explain(skip.Reason)} ({skip.Reason.Name()})");
        }

        foreach (var conflict in directory.Conflicts)
        {
            console.Error.WriteLine($"warning: {conflict}");
        }

        var output = new ArrayBufferWriter<byte>(64 * 1024);
        ExpositionWriter.Write(snapshot, format, output);
        console.Output.Write(output.WrittenSpan);
        console.Output.Flush();
        return strict && (directory.Skips.Count > 0 || directory.Conflicts.Any(c => c.Kind == FamilyConflictKind.Type)) ? ExitCodes.Invalid : ExitCodes.Ok;
    }

    private static string? Refusal(MultiprocessDirectoryState state) => state switch
    {
        MultiprocessDirectoryState.Present => null,
        MultiprocessDirectoryState.Missing => "does not exist. Give the directory that PROMETHEUS_MULTIPROC_DIR names in the engine's environment.",
        MultiprocessDirectoryState.NotADirectory => "is not a directory. Give the directory that holds the .db files.",
        _ => "cannot be listed. Run as the user who owns it, or allow reading it (chmod o+rx).",
    };

    private static string Explain(MultiprocessSkipReason reason) => reason switch
    {
        MultiprocessSkipReason.ZeroLength => "left out: empty; its process has only just made it, or was stopped then",
        MultiprocessSkipReason.Torn => "read up to the damage: it ends within an entry",
        MultiprocessSkipReason.BadKey => "read without the entries whose key is malformed",
        MultiprocessSkipReason.ForeignName => "left out: its name is not of the form <type>_<id>.db or gauge_<mode>_<id>.db; another program's file",
        MultiprocessSkipReason.Unreadable => "left out: it cannot be opened or read; check its permissions",
        MultiprocessSkipReason.Vanished => "left out: it went away before it could be opened, or it is a link to nothing",
        MultiprocessSkipReason.NotAFile => "left out: a directory, pipe or device",
        MultiprocessSkipReason.TooLarge => "left out: it claims to hold more than any process writes",
        _ => "left out: there are too many files; remove those of earlier runs",
    };
}
