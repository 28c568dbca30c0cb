using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>A loader that remembers the body before says exactly what one says that has never seen any.</summary>
public sealed class LineMemoryFuzzTests
{
    private static readonly string[] s_lines =
        File.ReadAllLines(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", "full-dp4-t0.txt"))[..160];

    [Theory]
    [InlineData(ExpositionFormat.Text, true, false)]
    [InlineData(ExpositionFormat.Text, false, false)]
    [InlineData(ExpositionFormat.OpenMetrics, true, false)]
    [InlineData(ExpositionFormat.OpenMetrics, false, false)]
    [InlineData(ExpositionFormat.Text, true, true)]
    [InlineData(ExpositionFormat.Text, false, true)]
    [InlineData(ExpositionFormat.OpenMetrics, true, true)]
    [InlineData(ExpositionFormat.OpenMetrics, false, true)]
    public void Load_BodiesThatChangeLittle_EqualsAFreshLoader(ExpositionFormat format, bool strict, bool releasing)
    {
        var options = new ExpositionLoaderOptions { Strict = strict };
        var random = new Random(strict ? 1 : 2);
        var warm = new ExpositionLoader(options);
        var body = s_lines.ToList();
        for (var round = 0; round < 400; round++)
        {
            // Back to the beginning now and then, or errors pile up.
            body = round % 12 == 0 ? [.. s_lines] : body;
            Edit(body, random);
            if (releasing && random.Next(2) == 0)
            {
                warm.Release();
            }

            var bytes = Encoding.UTF8.GetBytes(string.Join('\n', body) + (format == ExpositionFormat.OpenMetrics ? "\n# EOF\n" : "\n"));
            var expected = Result(new ExpositionLoader(options), bytes, format, strict);
            Assert.True(expected == Result(warm, bytes, format, strict), $"round {round}:\n{expected}\n---\n{Result(warm, bytes, format, strict)}");
        }
    }

    [Fact]
    public void RoundTrip_OpenMetricsWithEverything_IsByteForByteTheSame()
    {
        const string Body =
            "# HELP a_seconds Says \\\"x\\\" and \\\\.\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total{x=\"\\\"\\\\\\n\"} 1.5 1520879607.789 # {t=\"x y\"} 0.5 1.25\na_seconds_created{x=\"\\\"\\\\\\n\"} 1.5204300001e+09 1520879607.789\n" +
            "# TYPE h histogram\nh_bucket{le=\"0.1\"} 1.0 # {} 0.054\nh_bucket{le=\"+Inf\"} 2.0\nh_count 2.0\nh_sum 5e-324\nh_created 1.0\n" +
            "# TYPE g gaugehistogram\ng_bucket{le=\"-1.0\"} 1.0\ng_bucket{le=\"+Inf\"} 2.0\ng_gcount 2.0\ng_gsum -1.7976931348623157e+308\n" +
            "# TYPE i info\ni_info{v=\"1\"} 1.0\n# TYPE s stateset\ns{s=\"on\"} 1.0\n# TYPE \"u.v\" gauge\n{\"u.v\",\"k.l\"=\"m\"} -0.0\n# TYPE n unknown\nn NaN\n# EOF\n";

        Assert.Equal(Body, Encoding.UTF8.GetString(Written(Body, ExpositionFormat.OpenMetrics)));
    }

    [Fact]
    public void RoundTrip_AnyDouble_IsTheSameBits()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            value = i % 2 == 0 ? Math.Round(value % 1e7, random.Next(0, 9)) : value;
            if (!double.IsFinite(value))
            {
                continue;
            }

            var snapshot = new MetricSnapshot();
            new ExpositionLoader().Load(Encoding.UTF8.GetBytes($"a {MetricNumber.ToText(value)}\n"), ExpositionFormat.Text, snapshot);
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(snapshot[0].Samples[0].Value));
        }
    }

    private static byte[] Written(string body, ExpositionFormat format)
    {
        var snapshot = new MetricSnapshot();
        var result = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(Encoding.UTF8.GetBytes(body), format, snapshot);
        Assert.True(result.Succeeded, result.Error.ToString());
        var output = new ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, format, NameEscaping.AllowUtf8, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Edit(List<string> body, Random random)
    {
        for (var edits = random.Next(4); edits > 0; edits--)
        {
            var at = random.Next(body.Count - 1);
            switch (random.Next(8))
            {
                case 0:
                    body.RemoveAt(at);
                    break;
                case 1:
                    body.Insert(at, body[random.Next(body.Count)]);
                    break;
                case 2:
                    (body[at], body[at + 1]) = (body[at + 1], body[at]);
                    break;
                case 3:
                    body[at] = body[at].Replace("gauge", "counter", StringComparison.Ordinal).Replace("histogram", "gauge", StringComparison.Ordinal);
                    break;
                case 4:
                    body[at] += random.Next(2) == 0 ? " 17" : " # {a=\"b\"} 0.0001";
                    break;
                case 5:
                    body.Insert(at, $"new_{random.Next(5)}{{a=\"{random.Next(3)}\"}} {random.Next(100)}");
                    break;
                default:
                    var blank = body[at].LastIndexOf(' ');
                    body[at] = body[at][..(blank + 1)] + (random.Next(3) == 0 ? "-1.5" : random.Next(1000).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static string Result(ExpositionLoader loader, byte[] body, ExpositionFormat format, bool strict)
    {
        var snapshot = new MetricSnapshot();
        if (strict)
        {
            return string.Join('\n', loader.Check(body, format, snapshot, 1000)) + Text(snapshot);
        }

        var result = loader.Load(body, format, snapshot);
        return $"{result}\n{Text(snapshot)}";
    }

    private static string Text(MetricSnapshot snapshot)
    {
        var output = new ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, ExpositionFormat.OpenMetrics, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
