using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>Errors are fine; exceptions, endless loops and samples that nobody sent are not.</summary>
public sealed class ExpositionFuzzTests
{
    private static readonly string[] s_lines =
        [.. Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics"), "*.txt").SelectMany(File.ReadAllLines).Where((_, i) => i % 23 == 0)];

    [Fact]
    public void Load_MutatedBodies_EqualsTheReference()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var body = Body(new Random(seed));
            var expected = ReferenceParser.Parse(body);
            var actual = Load(body);
            Assert.True(Same(expected, actual), $"seed {seed}: {Difference(expected, actual)}\n{body}");
        }
    }

    /// <summary>A comparison that passes whatever the parser does would prove nothing.</summary>
    [Fact]
    public void Comparison_AgainstAParserThatCutsAtTheFirstBrace_Fails()
    {
        var found = Enumerable.Range(0, 200).Any(seed =>
        {
            var body = Body(new Random(seed));
            var broken = Load(string.Join('\n', body.Split('\n').Select(l => l.IndexOf('}', StringComparison.Ordinal) is var brace and >= 0 && l.IndexOf('}', brace + 1) > 0 ? l[..(brace + 1)] + " 1" : l)));
            return !Same(ReferenceParser.Parse(body), broken);
        });
        Assert.True(found);
    }

    [Fact]
    public void Load_ArbitraryBytes_NeverThrowsAndIsWrittenValid()
    {
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Labels = [("engine_name", "e")] });
        var snapshot = new MetricSnapshot();
        var merged = new MetricSnapshot();
        var merge = new FamilyMerge();
        var source = new MergeSource("s", "s");
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(Body(random));
            for (var flips = random.Next(20); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            foreach (var format in Enum.GetValues<ExpositionFormat>())
            {
                loader.Load(bytes, format, snapshot);
                merge.Clear();
                merge.Add(snapshot, source);
                merge.Build(merged);
                var output = new ArrayBufferWriter<byte>();
                ExpositionWriter.Write(merged, ExpositionFormat.Text, output);
                var again = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(output.WrittenSpan, ExpositionFormat.Text, new MetricSnapshot());
                Assert.True(again.Succeeded, $"seed {seed} {format}: {again.Error}\n{Encoding.UTF8.GetString(output.WrittenSpan)}");
                Assert.Equal(merged.SampleCount, again.Samples);
            }
        }
    }

    private static string Body(Random random)
    {
        string[] pieces = ["\\", "\"", "{", "}", ",", " ", "\t", "=", "#", "1", ".", "-", "e", "\\n", "é", "NaN", "+Inf", "\r", "a", "_"];
        var body = new StringBuilder();
        for (var i = 0; i < 12; i++)
        {
            var line = new StringBuilder(random.Next(4) == 0 ? Made(random) : s_lines[random.Next(s_lines.Length)]);
            for (var edits = random.Next(3); edits > 0 && line.Length > 0; edits--)
            {
                var at = random.Next(line.Length);
                switch (random.Next(3))
                {
                    case 0:
                        line.Remove(at, 1);
                        break;
                    case 1:
                        line.Insert(at, pieces[random.Next(pieces.Length)]);
                        break;
                    default:
                        line.Length = at;
                        break;
                }
            }

            body.Append(line).Append('\n');
        }

        return body.ToString();
    }

    private static string Made(Random random)
    {
        string[] values = ["0", "1.5", "-0.0", "1e300", "NaN", "+Inf", "-inf", "123456789012345678", ".5", "5.", "1e-7", "0.1"];
        string[] texts = ["", "a", "}{", ",=", "\\\\", "\\\"", "\\n", "ü ✓", "\\x", " "];
        var labels = string.Join(random.Next(3) == 0 ? " , " : ",", Enumerable.Range(0, random.Next(4)).Select(i => $"l{random.Next(4)}=\"{texts[random.Next(texts.Length)]}{texts[random.Next(texts.Length)]}\""));
        return $"m{random.Next(3)}{(labels.Length > 0 ? "{" + labels + "}" : "")} {values[random.Next(values.Length)]}{(random.Next(4) == 0 ? " 17" : "")}";
    }

    private static Dictionary<string, double> Load(string body)
    {
        var snapshot = new MetricSnapshot();
        new ExpositionLoader().Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot);
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var f = 0; f < snapshot.FamilyCount; f++)
        {
            foreach (ref readonly var sample in snapshot[f].Samples)
            {
                samples.Add(sample.Series.ToString(), sample.Value);
            }
        }

        return samples;
    }

    private static bool Same(Dictionary<string, double> a, Dictionary<string, double> b) => a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var value) && p.Value.Equals(value));

    private static string Difference(Dictionary<string, double> expected, Dictionary<string, double> actual) =>
        string.Join("; ", expected.Where(p => !actual.TryGetValue(p.Key, out var v) || !v.Equals(p.Value)).Select(p => $"missing {p}").Concat(actual.Keys.Except(expected.Keys).Select(k => $"invented {k}")));
}
