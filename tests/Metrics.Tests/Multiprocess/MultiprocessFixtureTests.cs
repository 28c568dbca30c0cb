using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess;

public sealed partial class MultiprocessFixtureTests
{
    private static readonly string s_root = Path.Combine(RepositoryPaths.Fixtures, "multiproc");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(s_root).Select(p => Path.GetFileName(p)).Where(n => !n.EndsWith("-corrupt", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static IEnumerable<object[]> Damaged =>
        Directory.GetDirectories(s_root, "*-corrupt").SelectMany(g => Directory.GetDirectories(g).Select(d => new object[] { Path.GetFileName(g), Path.GetFileName(d) }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Collect_DirectoryOfThePythonClient_GivesItsOutput(string name)
    {
        var directory = new MultiprocessDirectory(Path.Combine(s_root, name));
        var expected = Expected(File.ReadAllText(Path.Combine(s_root, name, "expected.txt")));

        var actual = ExpositionText.Of(directory).Split('\n');
        var again = ExpositionText.Of(directory).Split('\n');

        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        Assert.Equal(actual, again);
        Assert.Empty(directory.Skips);
        if (name.StartsWith("pc025", StringComparison.Ordinal))
        {
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData("pc016-conflicts")]
    [InlineData("pc025-conflicts")]
    public void Collect_Conflicts_AreNamed(string name)
    {
        var directory = new MultiprocessDirectory(Path.Combine(s_root, name));
        directory.Collect(new MetricSnapshot());

        Assert.Equal(
            [
                new FamilyConflict("conflict_help", FamilyConflictKind.Help, "counter_7001.db", "counter_7002.db"),
                new FamilyConflict("type_clash", FamilyConflictKind.Type, "Counter of counter_7001.db", "Gauge of gauge_sum_7002.db"),
            ],
            directory.Conflicts.OrderBy(c => c.Family, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Collect_DamagedFile_IsReadAsFarAsTheReferenceDoesAndNeverThrows(string group, string name)
    {
        var directory = new MultiprocessDirectory(Path.Combine(s_root, group, name));
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_root, group, "expected.json")));
        var entry = expected.RootElement.EnumerateObject().Single(p => p.Name.StartsWith(name + "/", StringComparison.Ordinal)).Value;

        var actual = ExpositionText.Of(directory);

        if (entry.TryGetProperty("ok", out var text))
        {
            Assert.Equal(text.GetString(), actual);
            Assert.Empty(directory.Skips);
        }
        else if (directory.Skips.Count == 0)
        {
            // More tolerant than the reference, and only there: files of the other generation, and names that need a character replaced.
            Assert.Contains(name, new[] { "other_format", "invalid_name" });
            Assert.NotEmpty(actual);
        }
    }

    [Theory]
    [InlineData("zero_length", MultiprocessSkipReason.ZeroLength, 0)]
    [InlineData("three_bytes", MultiprocessSkipReason.Torn, 0)]
    [InlineData("used_beyond_eof", MultiprocessSkipReason.Torn, 1)]
    [InlineData("used_beyond_eof_nonzero_tail", MultiprocessSkipReason.Torn, 1)]
    [InlineData("used_mid_entry", MultiprocessSkipReason.Torn, 1)]
    [InlineData("truncated_in_value", MultiprocessSkipReason.Torn, 1)]
    [InlineData("key_len_negative", MultiprocessSkipReason.Torn, 0)]
    [InlineData("key_len_huge", MultiprocessSkipReason.Torn, 0)]
    [InlineData("bad_utf8", MultiprocessSkipReason.BadKey, 0)]
    [InlineData("bad_json", MultiprocessSkipReason.BadKey, 0)]
    [InlineData("five_element_key", MultiprocessSkipReason.BadKey, 0)]
    [InlineData("histogram_bad_le", MultiprocessSkipReason.BadKey, 0)]
    [InlineData("unknown_type", MultiprocessSkipReason.ForeignName, 0)]
    [InlineData("no_underscore", MultiprocessSkipReason.ForeignName, 0)]
    [InlineData("sqlite_header", MultiprocessSkipReason.ForeignName, 0)]
    [InlineData("gauge_no_pid", MultiprocessSkipReason.ForeignName, 0)]
    public void Collect_DamagedFile_IsCountedByReasonAndItsGoodEntriesStay(string name, MultiprocessSkipReason reason, int samples)
    {
        var directory = new MultiprocessDirectory(Path.Combine(s_root, "pc025-corrupt", name));
        var snapshot = new MetricSnapshot();
        directory.Collect(snapshot);

        Assert.Equal(reason, Assert.Single(directory.Skips).Reason);
        Assert.Equal(1, directory.SkippedTotal(reason));
        Assert.Equal(samples, snapshot.SampleCount);
    }

    private static string[] Expected(string text) =>
    [
        .. text.Split('\n')
            .Where(l => l != "type_clash{pid=\"7002\"} 40.0")
            .Select(l => StrayZero().Replace(l, "e+$1")),
    ];

    [GeneratedRegex(@"e\+0(\d\d)(?!\d)")]
    private static partial Regex StrayZero();
}
