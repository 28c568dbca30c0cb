using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess;

public sealed class MultiprocessOptionsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(GaugeMode.All, "g{pid=\"1\"} 3.0\ng{pid=\"2\"} 5.0\n")]
    [InlineData(GaugeMode.Min, "g 3.0\n")]
    [InlineData(GaugeMode.LiveMax, "g 5.0\n")]
    [InlineData(GaugeMode.Sum, "g 8.0\n")]
    [InlineData(GaugeMode.MostRecent, "g 3.0\n")]
    public void Collect_GaugeModes_OverruleTheFiles(GaugeMode mode, string samples)
    {
        Write("1", 3);
        Write("2", 5);
        File.SetLastWriteTimeUtc(_folder.Combine("gauge_all_2.db"), DateTime.UtcNow.AddMinutes(-5));
        var options = new MultiprocessDirectoryOptions { GaugeModes = new Dictionary<string, GaugeMode> { ["g"] = mode } };

        Assert.Equal("# HELP g help\n# TYPE g gauge\n" + samples, ExpositionText.Of(new MultiprocessDirectory(_folder.Path, options)));
    }

    [Fact]
    public void Collect_FileSkipped_IsToldOncePerFileAndInterval()
    {
        var clock = new FakeClock();
        var told = new List<MultiprocessSkip>();
        File.WriteAllText(_folder.Combine("a.db"), "");
        var directory = new MultiprocessDirectory(_folder.Path, new MultiprocessDirectoryOptions { FileSkipped = told.Add, TimeProvider = clock });
        var snapshot = new MetricSnapshot();
        for (var i = 0; i < 301; i++)
        {
            directory.Collect(snapshot);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        File.WriteAllText(_folder.Combine("b.db"), "");
        directory.Collect(snapshot);

        Assert.Equal(["a.db", "a.db", "b.db"], told.Select(s => s.File));
        Assert.Equal(303, directory.SkippedTotal(MultiprocessSkipReason.ForeignName));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Collect_FewerOpenFilesThanFiles_ReadsAllAndSeesReplacements(int maxOpenFiles)
    {
        for (var i = 1; i <= 6; i++)
        {
            Write(i.ToString(System.Globalization.CultureInfo.InvariantCulture), i);
        }

        var directory = new MultiprocessDirectory(_folder.Path, new MultiprocessDirectoryOptions { MaxOpenFiles = maxOpenFiles });
        var first = ExpositionText.Of(directory);
        Assert.Equal(first, ExpositionText.Of(directory));

        // Another inode under the same name, of the same size: whether it was kept open or not, it is the new one that counts.
        File.Copy(_folder.Combine("gauge_all_6.db"), _folder.Combine("new"));
        File.Move(_folder.Combine("new"), _folder.Combine("gauge_all_1.db"), overwrite: true);

        Assert.Equal(first.Replace("g{pid=\"1\"} 1.0", "g{pid=\"1\"} 6.0", StringComparison.Ordinal), ExpositionText.Of(directory));
        directory.CloseFiles();
        Assert.Contains("g{pid=\"1\"} 6.0", ExpositionText.Of(directory), StringComparison.Ordinal);
    }

    private void Write(string identifier, double value)
    {
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = identifier });
        writer.Gauge("g", "help", GaugeMode.All).With().Set(value);
    }
}
