using System.Diagnostics;
using System.Text;

namespace DynamoAspire.Testing;

/// <summary>A process that a test starts, whose output is kept, and that is stopped by its id at the end whatever happens.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<string> _standardOutput = [];
    private readonly Lock _gate = new();
    private readonly string _name;

    private ChildProcess(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? workingDirectory)
    {
        _name = System.IO.Path.GetFileName(file);
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? Environment.CurrentDirectory,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[key] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Append(e.Data, isOutput: true);
        _process.ErrorDataReceived += (_, e) => Append(e.Data, isOutput: false);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code; only once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Everything written so far to both outputs.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Lines written so far to standard output.</summary>
    public IReadOnlyList<string> StandardOutput
    {
        get
        {
            lock (_gate)
            {
                return [.. _standardOutput];
            }
        }
    }

    /// <summary>Starts a program.</summary>
    public static ChildProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null) =>
        new(file, arguments, environment, workingDirectory);

    /// <summary>
    /// Starts a program that SIGINT ends, as one in a terminal's foreground. What runs in the background of a shell without job control inherits that the
    /// signal is ignored, and passes that on: a test that sends it must not depend on how the tests were started. Linux; elsewhere as <see cref="Start"/>.
    /// </summary>
    public static ChildProcess StartInForeground(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null) =>
        OperatingSystem.IsLinux()
            ? Start("env", ["--default-signal=INT", file, .. arguments], environment, workingDirectory)
            : Start(file, arguments, environment, workingDirectory);

    /// <summary>Starts a built project of <c>src/</c> with <c>dotnet</c>.</summary>
    public static ChildProcess StartProject(string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? assemblyName = null) =>
        Start(DotnetPath, [RepositoryPaths.Assembly(project, assemblyName), .. arguments], environment, System.IO.Path.Combine(RepositoryPaths.Root, "src", project));

    /// <summary>The <c>dotnet</c> that runs the tests.</summary>
    public static string DotnetPath { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>Waits for a line that contains the text.</summary>
    /// <exception cref="InvalidOperationException">The process ended without printing it.</exception>
    public async Task WaitForOutputAsync(string text, TimeSpan? timeout = null)
    {
        await Eventually.TrueAsync(
            $"{_name} prints '{text}'",
            () => Output.Contains(text, StringComparison.Ordinal) || HasExited,
            timeout,
            () => "Output:\n" + Output);
        if (!Output.Contains(text, StringComparison.Ordinal))
        {
            // The last lines may still be on their way after the end was noticed.
            await _process.WaitForExitAsync();
            if (!Output.Contains(text, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{_name} ended with {ExitCode} and did not print '{text}':\n{Output}");
            }
        }
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} has not ended. Output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Sends a signal by name, such as <c>TERM</c>, <c>INT</c> or <c>KILL</c> (Linux and macOS).</summary>
    public void Signal(string name)
    {
        if (_process.HasExited)
        {
            return;
        }

        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Kills it (SIGKILL) and waits.</summary>
    public async Task KillAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: false);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }

        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Append(string? line, bool isOutput)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _output.AppendLine(line);
            if (isOutput)
            {
                _standardOutput.Add(line);
            }
        }
    }
}
