using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests.Multiprocess;

/// <summary>Files that shrink, grow, come, go and are replaced while they are being read.</summary>
public sealed class MultiprocessRestlessTests
{
    private const int Restless = 4;

    /// <summary>Half a minute with <c>MULTIPROCESS_FUZZ=full</c>.</summary>
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("MULTIPROCESS_FUZZ") == "full" ? 30 : 1.5);

    [Fact]
    public async Task Collect_WhileFilesShrinkGrowAndAreReplaced_GoodFilesAreRightEveryTime()
    {
        using var folder = new TemporaryDirectory();
        Write(folder.Path, "1", "good", 3000, 1);
        Write(folder.Path, "zz", "good", 3000, 2);

        // A whole file of several windows, and a longer one of other keys, each with every value 7.
        using var models = new TemporaryDirectory();
        Write(models.Path, "a", "restless", 500, 7);
        Write(models.Path, "b", "restless_too", 5000, 7);
        var small = await File.ReadAllBytesAsync(models.Combine("counter_a.db"));
        var large = await File.ReadAllBytesAsync(models.Combine("counter_b.db"));

        using var stop = new CancellationTokenSource(s_time);
        var changes = new int[6];
        var restless = Task.Factory.StartNew(() => Change(folder, small, large, changes, stop.Token), TaskCreationOptions.LongRunning);
        var directory = new MultiprocessDirectory(folder.Path);
        var snapshot = new MetricSnapshot();
        var collections = 0;
        var others = new HashSet<int>();
        while (!stop.IsCancellationRequested)
        {
            directory.Collect(snapshot);
            collections++;
            others.Add(Check(snapshot));
        }

        await restless;
        var context = $"{collections} collections, {string.Join('/', changes)} changes, {others.Count} different numbers of samples";
        Assert.True(collections >= 5 && changes.All(c => c >= 3) && others.Count > 2, $"too little happened: {context}");

        // Once all is quiet nothing of it is left behind.
        for (var i = 0; i < Restless; i++)
        {
            await File.WriteAllBytesAsync(folder.Combine($"counter_5{i}.db"), small);
        }

        directory.Collect(snapshot);
        Assert.Empty(directory.Skips);
        Assert.Equal(500, Check(snapshot, Restless * 7));
    }

    /// <summary>Checks the samples of the good files; the number of all the others'.</summary>
    private static int Check(MetricSnapshot snapshot, double? exactly = null)
    {
        var others = 0;
        var good = 0;
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var isGood = snapshot[i].Header.DisplayName == "good";
            foreach (ref readonly var sample in snapshot[i].Samples)
            {
                if (isGood)
                {
                    Assert.True(sample.Value == 3, $"{Encoding.UTF8.GetString(sample.Series.Text)} is {sample.Value}, not 3");
                    good++;
                }
                else
                {
                    // The value has been 7 in every file at every moment, or the file was wiped and the value is 0.
                    var value = sample.Value;
                    Assert.True(exactly is { } all ? value == all : value is >= 0 and <= Restless * 7 && value % 7 == 0, $"{Encoding.UTF8.GetString(sample.Series.Text)} is {value}, which nobody wrote");
                    others++;
                }
            }
        }

        Assert.Equal(3000, good);
        return others;
    }

    private static void Change(TemporaryDirectory folder, byte[] small, byte[] large, int[] changes, CancellationToken stop)
    {
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            var path = folder.Combine($"counter_5{random.Next(Restless)}.db");
            var content = random.Next(2) == 0 ? small : large;
            var kind = random.Next(changes.Length);
            switch (kind)
            {
                case 0:
                    File.WriteAllBytes(path, content);
                    break;
                case 1:
                    File.WriteAllBytes(path + ".new", content);
                    File.Move(path + ".new", path, overwrite: true);
                    break;
                case 2:
                    using (var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
                    {
                        RandomAccess.SetLength(file, random.Next(content.Length));
                    }

                    break;
                case 3:
                    using (var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
                    {
                        RandomAccess.SetLength(file, content.Length * 2L);
                    }

                    break;
                case 4:
                    File.Delete(path);
                    break;
                default:
                    // Byte for byte over what is there, as a process that starts again in the same file.
                    using (var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
                    {
                        RandomAccess.Write(file, content, 0);
                    }

                    break;
            }

            changes[kind]++;
        }
    }

    private static void Write(string path, string identifier, string family, int series, double value)
    {
        using var writer = new MultiprocessWriter(path, new MultiprocessWriterOptions { Identifier = identifier });
        var counter = writer.Counter(family, "help", "i");
        for (var i = 0; i < series; i++)
        {
            counter.With(i.ToString(CultureInfo.InvariantCulture)).Inc(value);
        }
    }
}
