using System.Globalization;
using System.Text;
using System.Text.Json;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>
/// Our strict reading of OpenMetrics beside <c>prometheus_client.openmetrics.parser</c>, which calls itself laxer than the specification. Where it accepts
/// what we refuse, the difference has to be one that is named with its reason; what it refuses we must refuse.
/// </summary>
[Trait("Category", "Integration")]
public sealed class OpenMetricsDifferentialTests
{
    private const string Script =
        """
        import json, sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
        from prometheus_client.samples import Timestamp
        # 0.16 compares the fractions whatever the seconds are: 71.5 would be later than 715.
        Timestamp.__gt__ = lambda a, b: (a.sec, a.nsec) > (b.sec, b.nsec)
        verdicts = []
        for body in json.load(open(sys.argv[1], encoding='utf-8')):
            try:
                verdicts.append([None, sum(len(f.samples) for f in parse(body))])
            except Exception as e:
                verdicts.append([type(e).__name__ + ': ' + str(e).split('\n')[0], 0])
        print(json.dumps(verdicts))
        """;

    [Fact]
    public async Task Load_ValidAndMutatedBodies_AgreesWithPythonButForNamedDifferences()
    {
        string[] valid = [.. Enumerable.Range(0, 200).Select(OpenMetricsBodies.Valid)];
        string[] bodies = [.. valid, .. Enumerable.Range(0, 1500).Select(OpenMetricsBodies.Mutated)];
        var python = await PythonAsync(bodies);
        var ours = bodies.Select(b => Load(b, strict: true)).ToArray();

        Assert.All(Enumerable.Range(0, valid.Length), i => Assert.True(ours[i].Error.Reason == ExpositionErrorReason.None && python[i].Error is null, $"{ours[i].Error} | {python[i].Error}\n{bodies[i]}"));
        var (unexplained, met) = Compare(bodies, ours, python);
        Assert.True(unexplained.Count == 0, $"{unexplained.Count} differences without a name, such as:\n{string.Join('\n', unexplained.Take(3))}");
        Assert.Empty(VerdictDifference.Known.Except(met).Select(d => d.Name));

        // Were no mutated body accepted, or none refused, agreement would be cheap.
        Assert.InRange(ours.Skip(valid.Length).Count(o => o.Error.Reason == ExpositionErrorReason.None), 100, bodies.Length - valid.Length - 100);
    }

    /// <summary>A comparison that passes whatever is compared would prove nothing.</summary>
    [Fact]
    public async Task Comparison_WithLenientReading_FindsDifferences()
    {
        string[] bodies = [.. Enumerable.Range(0, 100).Select(OpenMetricsBodies.Mutated)];

        var (unexplained, _) = Compare(bodies, [.. bodies.Select(b => Load(b, strict: false))], await PythonAsync(bodies));

        Assert.NotEmpty(unexplained);
    }

    private static (IReadOnlyList<string> Unexplained, IReadOnlySet<VerdictDifference> Met) Compare(
        string[] bodies, (ExpositionError Error, int Samples)[] ours, (string? Error, int Samples)[] python)
    {
        var unexplained = new List<string>();
        var met = new HashSet<VerdictDifference>();
        for (var i = 0; i < bodies.Length; i++)
        {
            var (error, refused) = (ours[i].Error, python[i].Error);
            var verdicts = $"ours: {(error.Reason == ExpositionErrorReason.None ? ours[i].Samples : error)}; Python: {refused ?? python[i].Samples.ToString(CultureInfo.InvariantCulture)}\n{bodies[i]}";
            if ((error.Reason == ExpositionErrorReason.None) == (refused is null))
            {
                if (refused is null && ours[i].Samples != python[i].Samples)
                {
                    unexplained.Add(verdicts);
                }

                continue;
            }

            var known = refused is null ? VerdictDifference.Known.FirstOrDefault(d => d.Explains(error.Reason, bodies[i].Split('\n')[error.Line - 1])) : null;
            if (known is not null)
            {
                met.Add(known);
            }
            else
            {
                unexplained.Add(verdicts);
            }
        }

        return (unexplained, met);
    }

    private static (ExpositionError Error, int Samples) Load(string body, bool strict)
    {
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Strict = strict, Limits = ExpositionLimits.None });
        var result = loader.Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.OpenMetrics, new MetricSnapshot());
        return (result.Succeeded ? default : result.Error, result.Samples);
    }

    private static async Task<(string? Error, int Samples)[]> PythonAsync(string[] bodies)
    {
        using var folder = new TemporaryDirectory();
        var file = folder.Combine("bodies.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(bodies));
        using var verdicts = JsonDocument.Parse(await Python.RunAsync(Script, file));
        return [.. verdicts.RootElement.EnumerateArray().Select(v => (v[0].GetString(), v[1].GetInt32()))];
    }
}
