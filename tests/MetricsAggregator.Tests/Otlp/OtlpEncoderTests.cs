using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Otlp;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsAggregator.Tests.Otlp;

/// <summary>What is encoded, decoded by Google's reader and compared point for point with what was collected.</summary>
public sealed class OtlpEncoderTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Fixtures => [.. Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics"), "*.txt").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Encode_RealBodies_HaveEveryPoint(string file)
    {
        var snapshot = Load(File.ReadAllText(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", file)));
        var points = Encode(new OtlpEncoder([new("service.name", "s")], "1", int.MaxValue), snapshot, s_start);

        Assert.Equal("s", points.Resource["service.name"]);
        Assert.Equal(Expected(snapshot), points.Series.ToDictionary(p => p.Key, p => p.Value.Value));
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var header = snapshot[i].Header;
            var name = header.Type == MetricType.Counter ? Encoding.UTF8.GetString(snapshot[i].Samples[0].Series.Name) : header.DisplayName;
            Assert.Equal(header.Type is MetricType.Counter or MetricType.Histogram or MetricType.Summary ? header.Type.ToString().ToLowerInvariant() : "gauge", points.Kinds[name]);
        }
    }

    [Fact]
    public void Encode_BeyondTheBound_IsSplitAndComplete()
    {
        var snapshot = Load(File.ReadAllText(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", "full-dp4-t1.txt")));
        var requests = new OtlpEncoder([], "1", 4096).Encode(snapshot, s_start);
        var points = new OtlpPoints();
        foreach (var request in requests)
        {
            points.Add(request.Body.Span);
        }

        Assert.True(requests.Count > 10);
        Assert.All(requests, r => Assert.InRange(r.Body.Length, 1, 8192));
        Assert.Equal(points.Points, requests.Sum(r => r.Points));
        Assert.Equal(Expected(snapshot), points.Series.ToDictionary(p => p.Key, p => p.Value.Value));
    }

    [Fact]
    public void Encode_SummaryEscapesTimestampsAndSpecialValues_AreKept()
    {
        var snapshot = Load("# TYPE s summary\ns{quantile=\"0.5\"} 1\ns{quantile=\"0.99\"} 2\ns_sum 3\ns_count 4\n# TYPE g gauge\ng{l=\"a\\\\b\\\"c\\nd\"} +Inf\nh{x=\"ö\"} -0.5 5000\n");
        var points = Encode(new OtlpEncoder([], "1", int.MaxValue), snapshot, s_start);
        Assert.Equal(Expected(snapshot), points.Series.ToDictionary(p => p.Key, p => p.Value.Value));
        Assert.Equal(5_000_000_000UL, points.Series["h{x=\"ö\"}"].Time);
        Assert.Equal(Nanoseconds(s_start), points.Series["s_sum"].Time);
    }

    [Fact]
    public void Encode_CounterThatFalls_StartsAnew()
    {
        var encoder = new OtlpEncoder([], "1", int.MaxValue);
        (double Counter, double Count)[] looks = [(5, 5), (7, 7), (2, 1), (3, 2)];
        var starts = new List<ulong>();
        for (var i = 0; i < looks.Length; i++)
        {
            var (counter, count) = looks[i];
            var body = $"# TYPE c_total counter\nc_total {counter}\n# TYPE h histogram\nh_bucket{{le=\"+Inf\"}} {count}\nh_count {count}\nh_sum 1\n";
            var points = Encode(encoder, Load(body), s_start.AddSeconds(10 * i));
            starts.Add(points.Series["c_total"].Start);
            Assert.Equal(points.Series["c_total"].Start, points.Series["h_count"].Start);
        }

        Assert.Equal([Nanoseconds(s_start), Nanoseconds(s_start), Nanoseconds(s_start.AddSeconds(10)), Nanoseconds(s_start.AddSeconds(10))], starts);
    }

    [Fact]
    public void Encode_SeriesThatComesBack_StartsAnew()
    {
        var encoder = new OtlpEncoder([], "1", int.MaxValue);
        Encode(encoder, Load("# TYPE c_total counter\nc_total 5\n"), s_start);
        Encode(encoder, Load("x 1\n"), s_start.AddSeconds(10));
        var points = Encode(encoder, Load("# TYPE c_total counter\nc_total 9\n"), s_start.AddSeconds(20));
        Assert.Equal(Nanoseconds(s_start.AddSeconds(10)), points.Series["c_total"].Start);
    }

    [Fact]
    public void Encode_CreatedTime_IsTheStart()
    {
        var snapshot = new MetricSnapshot();
        Assert.True(new ExpositionLoader().Load("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\nh_created 1500000000.5\n# EOF\n"u8, ExpositionFormat.OpenMetrics, snapshot).Succeeded);
        Assert.Equal(1_500_000_000_500_000_000UL, Encode(new OtlpEncoder([], "1", int.MaxValue), snapshot, s_start).Series["h_count"].Start);
    }

    private static OtlpPoints Encode(OtlpEncoder encoder, MetricSnapshot snapshot, DateTimeOffset time)
    {
        var points = new OtlpPoints();
        points.Add(Assert.Single(encoder.Encode(snapshot, time)).Body.Span);
        return points;
    }

    private static MetricSnapshot Load(string body)
    {
        var snapshot = new MetricSnapshot();
        Assert.True(new ExpositionLoader().Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot).Succeeded);
        return snapshot;
    }

    private static Dictionary<string, double> Expected(MetricSnapshot snapshot)
    {
        var expected = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            foreach (ref readonly var sample in snapshot[i].Samples)
            {
                expected.Add(sample.Series.ToString(), sample.Value);
            }
        }

        return expected;
    }

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)time.ToUnixTimeMilliseconds() * 1_000_000;
}
