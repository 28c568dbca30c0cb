using System.Globalization;
using System.Text;

namespace DynamoAspire.MetricsBench.Exposition;

/// <summary>A body shaped like that of vLLM: per engine a few dozen gauges and counters and two dozen histograms with the bounds that vLLM has, long model names, start times.</summary>
internal static class BenchBody
{
    private static readonly string[] s_latency = ["0.3", "0.5", "0.8", "1.0", "1.5", "2.0", "2.5", "5.0", "10.0", "15.0", "20.0", "30.0", "40.0", "50.0", "60.0", "120.0", "240.0", "480.0", "960.0", "1920.0", "7680.0", "+Inf"];

    public static byte[] Of(int engines)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        foreach (var (name, unit) in Names("gauge", 14))
        {
            Family(text, "gauge", name, engines, e => $"{name}{{engine=\"{e}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"}} {(unit ? random.NextDouble().ToString("R", CultureInfo.InvariantCulture) : $"{random.Next(300)}.0")}\n");
        }

        foreach (var (name, _) in Names("counter", 24))
        {
            Family(text, "counter", name + "_total", engines, e => $"{name}_total{{engine=\"{e}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"}} {Count(random.Next(5_000_000))}\n");
            Family(text, "gauge", name + "_created", engines, e => $"{name}_created{{engine=\"{e}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"}} 1.760000{random.Next(100_000, 999_999).ToString(CultureInfo.InvariantCulture)}e+09\n");
        }

        foreach (var (name, _) in Names("histogram", 24))
        {
            Family(text, "histogram", name, engines, e =>
            {
                var lines = new StringBuilder();
                var count = 0;
                foreach (var le in s_latency)
                {
                    count += random.Next(3) == 0 ? 0 : random.Next(50);
                    lines.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{engine=\"{e}\",le=\"{le}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"}} {count}.0\n");
                }

                lines.Append(CultureInfo.InvariantCulture, $"{name}_count{{engine=\"{e}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"}} {count}.0\n");
                lines.Append(CultureInfo.InvariantCulture, $"{name}_sum{{engine=\"{e}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"}} {(count * random.NextDouble()).ToString("R", CultureInfo.InvariantCulture)}\n");
                return lines.ToString();
            });
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The lines of samples of a body.</summary>
    public static int Samples(byte[] body) => Encoding.UTF8.GetString(body).Split('\n').Count(l => l.Length > 0 && l[0] != '#');

    private static IEnumerable<(string Name, bool Unit)> Names(string kind, int count) =>
        Enumerable.Range(0, count).Select(i => ($"vllm:request_{kind}_of_some_length_{i}_{(i % 3 == 0 ? "ratio" : "seconds")}", i % 3 == 0));

    private static void Family(StringBuilder text, string type, string name, int engines, Func<int, string> lines)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} What one family of an engine says, in about as many words as are usual.\n# TYPE {name} {type}\n");
        for (var e = 0; e < engines; e++)
        {
            text.Append(lines(e));
        }
    }

    // The Python client writes integers from a million up with an exponent.
    private static string Count(int value) => value < 1_000_000 ? $"{value}.0" : value.ToString("0.0#####e+00", CultureInfo.InvariantCulture).TrimEnd();
}
