using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests.Multiprocess;

/// <summary>Merging and accumulating, by a collector that follows its directory and by one that is new each time, against the plain reference.</summary>
public sealed class MultiprocessReferenceTests
{
    private const int Changes = 4;

    /// <summary>Most mistakes show in the first few directories.</summary>
    private const int Tries = 300;

    /// <summary>The full form: <c>MULTIPROCESS_FUZZ=full dotnet test tests/Metrics.FuzzTests --filter FullyQualifiedName~MultiprocessReference</c>.</summary>
    private static readonly int s_directories = Environment.GetEnvironmentVariable("MULTIPROCESS_FUZZ") == "full" ? 3_000 : 80;

    [Fact]
    public void Collect_RandomDirectoriesThatChange_EqualsTheReference()
    {
        for (var seed = 0; seed < s_directories; seed++)
        {
            using var folder = new TemporaryDirectory();
            var random = new RandomDirectory(folder.Path, seed);
            var warm = new MultiprocessDirectory(folder.Path);
            for (var change = 0; change <= Changes; change++)
            {
                var (lines, clashes) = ReferenceCollector.Collect(folder.Path);
                Same(lines, clashes, warm, $"seed {seed}, change {change}, warm");
                Same(lines, clashes, new MultiprocessDirectory(folder.Path), $"seed {seed}, change {change}, cold");
                random.Change();
            }
        }
    }

    /// <summary>Each mistake of a reference must be noticed, or the comparison above would not notice it in the collector.</summary>
    [Theory]
    [MemberData(nameof(Flaws))]
    public void Comparison_WithAFlawedReference_Fails(ReferenceFlaw flaw)
    {
        for (var seed = 0; seed < Tries; seed++)
        {
            using var folder = new TemporaryDirectory();
            _ = new RandomDirectory(folder.Path, seed);
            var (lines, clashes) = ReferenceCollector.Collect(folder.Path, flaw);
            var (actual, actualClashes) = Lines(new MultiprocessDirectory(folder.Path));
            if (!lines.SequenceEqual(actual) || !clashes.SequenceEqual(actualClashes))
            {
                return;
            }
        }

        Assert.Fail($"{flaw} goes unnoticed in {Tries} directories");
    }

    public static TheoryData<ReferenceFlaw> Flaws() => [.. Enum.GetValues<ReferenceFlaw>().Where(f => f != ReferenceFlaw.None)];

    private static void Same(IReadOnlyList<string> lines, IReadOnlyList<string> clashes, MultiprocessDirectory directory, string context)
    {
        var (actual, actualClashes) = Lines(directory);
        Assert.True(
            lines.SequenceEqual(actual),
            $"{context}:\nmissing\n  {string.Join("\n  ", lines.Except(actual))}\ntoo much\n  {string.Join("\n  ", actual.Except(lines))}\nof\n  {string.Join("\n  ", Directory.GetFiles(directory.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal))}");
        Assert.True(clashes.SequenceEqual(actualClashes), $"{context}: {string.Join(' ', clashes)} clash, not {string.Join(' ', actualClashes)}");
        Assert.True(directory.Skips.Count == 0, $"{context}: {string.Join(", ", directory.Skips)}");
    }

    private static (string[] Lines, string[] Clashes) Lines(MultiprocessDirectory directory)
    {
        var snapshot = new MetricSnapshot();
        directory.Collect(snapshot);
        var lines = new List<string>();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var header = snapshot[i].Header;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"# {header.DisplayName} {header.Type.ToString().ToLowerInvariant()} {Encoding.UTF8.GetString(header.Help)}"));
            foreach (ref readonly var sample in snapshot[i].Samples)
            {
                lines.Add(ReferenceCollector.Line(Encoding.UTF8.GetString(sample.Series.Text), sample.Value));
            }
        }

        return ([.. lines.Order(StringComparer.Ordinal)], [.. directory.Conflicts.Where(c => c.Kind == FamilyConflictKind.Type).Select(c => c.Family).Distinct().Order(StringComparer.Ordinal)]);
    }
}
