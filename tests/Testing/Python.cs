using System.Diagnostics;

namespace DynamoAspire.Testing;

/// <summary>
/// The first Python that imports zmq, msgpack and prometheus_client, trying <c>$PYTHON</c>, <c>/usr/bin/python3</c> (where Debian's packages go) and <c>python3</c>.
/// </summary>
public static class Python
{
    private static readonly Lazy<string> s_path = new(Find);

    /// <summary>Path of the interpreter.</summary>
    /// <exception cref="InvalidOperationException">None found; the message names the packages.</exception>
    public static string Path => s_path.Value;

    /// <summary>Starts a script.</summary>
    public static ChildProcess Start(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        ChildProcess.Start(Path, ["-u", script, .. arguments], environment);

    /// <summary>Runs a piece of code to its end and returns what it prints.</summary>
    public static async Task<string> RunAsync(string code, params string[] arguments)
    {
        await using var process = ChildProcess.Start(Path, ["-u", "-c", code, .. arguments]);
        var exit = await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        return exit == 0 ? string.Join('\n', process.StandardOutput) : throw new InvalidOperationException($"Python ended with {exit}:\n{process.Output}");
    }

    private static string Find()
    {
        foreach (var candidate in new[] { Environment.GetEnvironmentVariable("PYTHON"), "/usr/bin/python3", "python3" })
        {
            if (string.IsNullOrEmpty(candidate))
            {
                continue;
            }

            try
            {
                using var process = Process.Start(new ProcessStartInfo(candidate, ["-c", "import zmq, msgpack, prometheus_client"]) { RedirectStandardError = true, RedirectStandardOutput = true });
                if (process is not null && process.WaitForExit(20_000) && process.ExitCode == 0)
                {
                    return candidate;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not installed: try the next.
            }
        }

        throw new InvalidOperationException("No Python imports zmq, msgpack and prometheus_client. Debian/Ubuntu: apt-get install python3-zmq python3-msgpack python3-prometheus-client (./test.sh does it); elsewhere: pip install pyzmq msgpack prometheus_client, and set PYTHON.");
    }
}
