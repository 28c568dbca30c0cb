using System.Diagnostics;
using System.Globalization;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsBench.Exposition;

/// <summary>The Python client's parser in a process that parses the body once whenever it is asked.</summary>
internal sealed class PythonParser : IAsyncDisposable
{
    private const string Script =
        """
        import sys, time
        from prometheus_client.parser import text_string_to_metric_families
        text = open(sys.argv[1]).read()
        for _ in sys.stdin:
            t = time.perf_counter()
            n = sum(len(f.samples) for f in text_string_to_metric_families(text))
            print(n, time.perf_counter() - t, flush=True)
        """;

    private readonly string _file = Path.GetTempFileName();
    private readonly Process _process;
    private readonly int _samples;

    public PythonParser(byte[] body, int samples)
    {
        _samples = samples;
        File.WriteAllBytes(_file, body);
        var start = new ProcessStartInfo(Python.Path) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        start.ArgumentList.Add(_file);
        _process = Process.Start(start)!;
    }

    /// <summary>Seconds of one parse.</summary>
    public double Once()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        var words = _process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException("Python has no prometheus_client: name one that has in PYTHON.");
        return int.Parse(words[0], CultureInfo.InvariantCulture) == _samples
            ? double.Parse(words[1], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The Python parser read {words[0]} samples, not {_samples}.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_file);
    }
}
