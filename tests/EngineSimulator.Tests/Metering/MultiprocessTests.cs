using System.Text.RegularExpressions;
using DynamoAspire.Testing;

namespace DynamoAspire.EngineSimulator.Tests.Metering;

public sealed partial class MultiprocessTests
{
    // A collector before 0.18 reads entries without time; it is given the entry's length of the later format and is otherwise itself.
    private const string PythonCollector = """
        import inspect, struct, sys
        import prometheus_client.mmap_dict as mmap_dict
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector
        if 'timestamp' not in inspect.getsource(mmap_dict):
            def read(filename):
                data = open(filename, 'rb').read()
                used = struct.unpack_from('i', data, 0)[0]
                position = 8
                while position < used:
                    length = struct.unpack_from('i', data, position)[0]
                    key = data[position + 4:position + 4 + length].decode()
                    value = position + 4 + length + 8 - (length + 4) % 8
                    yield key, struct.unpack_from('d', data, value)[0], value
                    position = value + 16
                assert position == used
            mmap_dict.MmapedDict.read_all_values_from_file = staticmethod(read)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, sys.argv[1])
        sys.stdout.write(generate_latest(registry).decode())
        """;

    [Fact]
    public async Task Files_ReadByPython_SayWhatTheEndpointSays()
    {
        using var directory = new TemporaryDirectory();
        await using var host = await SimulatorHost.StartAsync($"Engines:0:MultiprocDir={directory.Path}");
        await Eventually.TrueAsync("requests finish", async () => (await host.Http.GetStringAsync("/metrics")).Contains("vllm:request_success_total{engine=\"1\",finished_reason=\"length\",model_name=\"test/model\"} 3", StringComparison.Ordinal));
        await host.CalmAsync();
        var python = Samples(await Python.RunAsync(PythonCollector, directory.Path));
        var endpoint = Samples(await host.Http.GetStringAsync("/metrics"));
        Assert.True(endpoint.Count > 500, $"{endpoint.Count} samples");
        Assert.Equal(endpoint, python);
    }

    /// <summary>Sample lines; gauges of old collectors carry the process, and old versions print a stray zero in exponents.</summary>
    private static List<string> Samples(string text) =>
    [
        .. text.Split('\n')
            .Where(l => l.StartsWith("vllm:", StringComparison.Ordinal))
            .Select(l => StrayZero().Replace(Pid().Replace(l, ""), "e+$1"))
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(",?pid=\"[^\"]*\"")]
    private static partial Regex Pid();

    [GeneratedRegex("e\\+0(\\d\\d)")]
    private static partial Regex StrayZero();
}
