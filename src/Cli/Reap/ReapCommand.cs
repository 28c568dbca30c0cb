using System.CommandLine;
using System.Globalization;
using DynamoAspire.Metrics.Multiprocess.Reaping;

namespace DynamoAspire.Cli.Reap;

/// <summary><c>dynamo-aspire reap DIR</c>: clears up after dead processes.</summary>
internal static class ReapCommand
{
    private const string Description =
        """
        Fold the counters, histograms and summaries of dead processes in a PROMETHEUS_MULTIPROC_DIR into one archive file per type (counter_reaped.db and so on, which every collector reads), and delete their live gauges. No total changes.

        A process is dead when none of its id runs, or one that was started after the files were made and does not use them, and nobody has them open for writing. Where process ids are others than the engine's (another container) and the file system cannot tell who writes, nothing is touched unless you say by --age from when on a file counts as abandoned. Files whose identifier is no process id, lasting gauges, other programs' files and what cannot be read are left.

        It may be killed at any moment: the next run finishes or takes back what was begun.

        Examples:
          dynamo-aspire reap "$PROMETHEUS_MULTIPROC_DIR" --dry-run
          dynamo-aspire reap /tmp/vllm_prometheus
          dynamo-aspire reap /shared/prom --age 24h

        Exit codes:
          0   done, also if there was nothing to do
          1   done, but a file of a dead process could not be read and was left
          2   DIR is missing, cannot be written, or another reaper is at work in it; no total has changed
          64  the command line is wrong
        """;

    internal static Command Create(CliConsole console)
    {
        var directory = new Argument<string>("DIR") { Description = "The directory." };
        var dry = new Option<bool>("--dry-run", "-n") { Description = "Only say what would be done." };
        var age = new Option<TimeSpan?>("--age")
        {
            Description = "Take as dead, whatever its process id, whose files have all been left alone for this long: a number with s, m, h or d.",
            CustomParser = result =>
            {
                if (TryParseAge(result.Tokens[0].Value, out var parsed))
                {
                    return parsed;
                }

                result.AddError($"--age '{result.Tokens[0].Value}' is not a time like 90s, 30m, 24h or 7d.");
                return null;
            },
        };
        var shared = new Option<bool>("--shared-pids") { Description = "The ids in the file names are process ids as seen from here; needed only where the file system cannot tell who writes a file." };
        var command = new Command("reap", Description) { directory, dry, age, shared };
        command.SetAction(result => Run(console, result.GetRequiredValue(directory), result.GetValue(dry), result.GetValue(age), result.GetValue(shared)));
        return command;
    }

    private static int Run(CliConsole console, string path, bool isDryRun, TimeSpan? age, bool sharedProcessIds)
    {
        if (path.Length == 0)
        {
            console.Error.WriteLine("dynamo-aspire reap: DIR is empty. Is PROMETHEUS_MULTIPROC_DIR set?");
            return ExitCodes.Unreadable;
        }

        var options = new MultiprocessReaperOptions
        {
            Liveness = age is null ? ReapLiveness.ProcessId : ReapLiveness.Age,
            MinimumAge = age ?? MultiprocessReaperOptions.Default.MinimumAge,
            SharedProcessIds = sharedProcessIds,
        };
        var report = new MultiprocessReaper(path, options).Run(isDryRun);
        if (report.Status != ReapStatus.Done)
        {
            console.Error.WriteLine($"dynamo-aspire reap: '{path}': {report.Message} Nothing is lost; run it again once that is put right.");
            return ExitCodes.Unreadable;
        }

        if (report.Message.Length > 0)
        {
            console.Error.WriteLine(report.Message);
        }

        foreach (var file in report.Files)
        {
            console.OutputText.WriteLine($"{Word(file.Outcome, isDryRun),-14} {file.File}{Reason(file.Outcome)}");
        }

        var freed = report.BytesFreed.ToString(CultureInfo.InvariantCulture);
        console.OutputText.WriteLine(
            $"{(isDryRun ? "would fold" : "folded")} {report.Count(ReapOutcome.Folded)}, {(isDryRun ? "would delete" : "deleted")} {report.Count(ReapOutcome.Removed)}, left {report.Files.Count - report.Count(ReapOutcome.Folded) - report.Count(ReapOutcome.Removed)} of {report.Files.Count} files; {freed} bytes {(isDryRun ? "to be freed" : "freed")}");
        if (report.Count(ReapOutcome.Unknown) > 0)
        {
            console.Error.WriteLine("Whether the processes of some files live cannot be told from here. Run this where the engine's process ids are seen and its files are owned, say --shared-pids if they are, or give an --age.");
        }

        return report.Count(ReapOutcome.Unreadable) > 0 ? ExitCodes.Invalid : ExitCodes.Ok;
    }

    private static string Word(ReapOutcome outcome, bool isDryRun) => outcome switch
    {
        ReapOutcome.Folded => isDryRun ? "would fold" : "folded",
        ReapOutcome.Removed => isDryRun ? "would delete" : "deleted",
        _ => "left",
    };

    private static string Reason(ReapOutcome outcome) => outcome switch
    {
        ReapOutcome.Folded or ReapOutcome.Removed => "",
        ReapOutcome.Alive => "  (its process lives)",
        ReapOutcome.TooYoung => "  (changed too short a time ago)",
        ReapOutcome.Unknown => "  (whether its process lives cannot be told)",
        ReapOutcome.LastingGauge => "  (a gauge that outlives its process)",
        ReapOutcome.CustomIdentifier => "  (its identifier is no process id)",
        ReapOutcome.Foreign => "  (another program's file)",
        ReapOutcome.Unreadable => "  (damaged, or not readable by this user)",
        ReapOutcome.Later => "  (more than one run takes; run again)",
        _ => "  (the archive)",
    };

    private static bool TryParseAge(string text, out TimeSpan age)
    {
        age = default;
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        double? unit = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => null,
        };
        if (unit is not { } seconds || number * seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return false;
        }

        age = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
