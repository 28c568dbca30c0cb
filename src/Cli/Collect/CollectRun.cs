using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Collect;

/// <summary>Does what <c>collect</c> was asked for.</summary>
internal static class CollectRun
{
    internal static int Run(CliConsole console, CollectRequest request)
    {
        if (request.Path.Length == 0)
        {
            console.Error.WriteLine("dynamo-aspire collect: DIR is empty. Is PROMETHEUS_MULTIPROC_DIR set?");
            return ExitCodes.Unreadable;
        }

        var watch = Stopwatch.StartNew();
        var directory = new MultiprocessDirectory(request.Path, new MultiprocessDirectoryOptions { Labels = request.Labels, GaugeModes = request.GaugeModes });
        var snapshot = new MetricSnapshot();
        directory.Collect(snapshot);
        if (Refusal(directory.State) is { } refusal)
        {
            console.Error.WriteLine($"dynamo-aspire collect: '{request.Path}' {refusal}");
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

        var printed = Filter(snapshot, request.Prefixes);
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        ExpositionWriter.Write(printed, request.Format, output);
        console.Output.Write(output.WrittenSpan);
        console.Output.Flush();
        if (request.WithStatistics)
        {
            PrintStatistics(console, directory, snapshot, printed, output.WrittenCount, watch.Elapsed);
        }

        return request.IsStrict && (directory.Skips.Count > 0 || directory.Conflicts.Any(c => c.Kind == FamilyConflictKind.Type)) ? ExitCodes.Invalid : ExitCodes.Ok;
    }

    private static MetricSnapshot Filter(MetricSnapshot snapshot, IReadOnlyList<string> prefixes)
    {
        if (prefixes.Count == 0)
        {
            return snapshot;
        }

        var wanted = prefixes.Select(Encoding.UTF8.GetBytes).ToArray();
        var kept = new MetricSnapshot();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var family = snapshot[i];
            foreach (var prefix in wanted)
            {
                if (family.Header.Name.StartsWith(prefix))
                {
                    kept.BeginFamily(family.Header);
                    kept.AddRange(family.Samples);
                    break;
                }
            }
        }

        return kept;
    }

    private static void PrintStatistics(CliConsole console, MultiprocessDirectory directory, MetricSnapshot all, MetricSnapshot printed, int bytes, TimeSpan elapsed)
    {
        void Line(string name, string value) => console.Error.WriteLine($"{name,-18} {value}");

        static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

        Line("files", Number(directory.FileCount));
        Line("bytes in use", Number(directory.Bytes));
        Line("left out", directory.Skips.Count == 0 ? "0" : $"{directory.Skips.Count} ({string.Join(", ", directory.Skips.GroupBy(s => s.Reason).OrderBy(g => g.Key).Select(g => $"{g.Key.Name()} {g.Count()}"))})");
        Line("conflicts", Number(directory.Conflicts.Count));
        Line("families", $"{all.FamilyCount}, {printed.FamilyCount} printed");
        Line("samples", $"{all.SampleCount}, {printed.SampleCount} printed");
        Line("text bytes", Number(bytes));
        Line("milliseconds", elapsed.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
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
        _ => "left out: there are too many files; remove those of earlier runs (dynamo-aspire reap)",
    };
}
