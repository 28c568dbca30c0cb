using System.Diagnostics;

namespace DynamoAspire.EndToEnd.Tests.Running;

/// <summary><c>promtool check metrics</c>, and which of its complaints are about names that others have chosen.</summary>
internal static class Promtool
{
    // Names that pass through or that Dynamo's own dashboards and routers look for; to rename them would be the fault.
    private static readonly (string Prefix, string Why)[] s_othersNames =
    [
        ("vllm:", "named by vLLM, passed on byte for byte; a colon is for recording rules otherwise"),
        ("dynamo_component_kv_cache_events_applied ", "a counter that Dynamo's routers name without _total"),
        ("dotnet_", "named by .NET's own meter System.Runtime, whose instruments end in .count"),
    ];

    /// <summary>The complaints, one line each.</summary>
    /// <exception cref="InvalidDataException">It is not even exposition text.</exception>
    internal static async Task<IReadOnlyList<string>> CheckMetricsAsync(string page)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(page);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var lines = (await output + await error).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // 0 says it is clean, 3 that there is advice; 1 is text that Prometheus would not read.
        return process.ExitCode is 0 or 3 ? lines : throw new InvalidDataException(string.Join('\n', lines));
    }

    /// <summary>Why a complaint is about a name of others, or null if it is about one of ours.</summary>
    internal static string? WhyNotOurs(string complaint) =>
        s_othersNames.FirstOrDefault(n => complaint.StartsWith(n.Prefix, StringComparison.Ordinal)).Why;
}
