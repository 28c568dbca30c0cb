using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

public sealed partial class MetricRegistry
{
    /// <summary>Everything a registry reports is about one thing, so that files hide memory.</summary>
    internal const string Origin = "registry";

    private static readonly MergeSource s_own = new("the registry", Origin);

    private readonly List<RegistrySource> _sources = [];
    private readonly List<ExpositionCallback> _expositions = [];
    private readonly ConcurrentBag<MergeWork> _free = [];
    private readonly long[] _drops = new long[ScrapeDropReasons.All.Count];

    /// <summary>
    /// Raised when a scrape finds that a source or a callback describes a family in another way than what was reported first: a family of another type is left out,
    /// of another help the first one is printed. Raised per scrape, on the collecting thread.
    /// </summary>
    public event Action<FamilyConflict>? ConflictFound;

    /// <summary>
    /// Makes this registry report a source too, joined with its own families: each family and each series once, sorted by name. Adding it a second time changes nothing.
    /// </summary>
    /// <param name="source">The source; collected by several threads at once. One that throws is left out of that scrape and counted.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="kind">A file-backed source's families win over the same ones in memory.</param>
    public void AddSource(IMetricSource source, string name, MetricSourceKind kind = MetricSourceKind.InMemory)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (RegistryCatalog.Gate)
        {
            if (_sources.Any(s => ReferenceEquals(s.Source, source)))
            {
                return;
            }

            _sources.Add(new RegistrySource(this, source, new MergeSource($"{name} of '{Owner}'", Origin, kind)));
            _catalog.Touch();
        }
    }

    /// <summary>Takes a source out again.</summary>
    public bool RemoveSource(IMetricSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        lock (RegistryCatalog.Gate)
        {
            var removed = _sources.RemoveAll(s => ReferenceEquals(s.Source, source)) > 0;
            _catalog.Touch();
            return removed;
        }
    }

    /// <summary>
    /// Registers code that writes exposition text, such as another library's registry. Its families are joined with all others: a family that was reported already keeps
    /// its header, a series that was reported already is left out, and lines that are no exposition text are left out and counted.
    /// </summary>
    /// <remarks>It runs on another thread. One that throws or overstays its time limit is left out of that scrape and counted; it delays or breaks nothing else.</remarks>
    /// <param name="name">Name for messages.</param>
    /// <param name="write">Writes UTF-8 text; the token is cancelled at the time limit.</param>
    /// <param name="options">Time limit, format, labels, bounds.</param>
    public void OnExposition(string name, Action<IBufferWriter<byte>, CancellationToken> write, ExpositionCallbackOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        var callback = new ExpositionCallback(this, name, write, options ?? ExpositionCallbackOptions.Default);
        lock (RegistryCatalog.Gate)
        {
            _expositions.Add(callback);
            _catalog.Touch();
        }
    }

    /// <summary>As the other one, for code that gives a string; null is no text.</summary>
    /// <param name="name">Name for messages.</param>
    /// <param name="read">Gives the text.</param>
    /// <param name="options">Time limit, format, labels, bounds.</param>
    public void OnExposition(string name, Func<string?> read, ExpositionCallbackOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        OnExposition(
            name,
            (output, _) =>
            {
                var text = read();
                if (string.IsNullOrEmpty(text))
                {
                    return;
                }

                Encoding.UTF8.GetBytes(text, output);

                // A last line without its end is a line all the same.
                if (text[^1] != '\n')
                {
                    output.Write("\n"u8);
                }
            },
            options);
    }

    /// <summary>Samples of sources and callbacks that scrapes of this registry left out for a reason.</summary>
    public long DroppedSamples(ScrapeDropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    private void CollectMerged(Layout layout, MetricSnapshot destination)
    {
        var work = _free.TryTake(out var free) ? free : new MergeWork();
        try
        {
            // All callbacks run while the rest is collected, so that a scrape waits for the slowest and not for their sum.
            work.Begin(layout.Expositions);
            Fill(layout, work.Own);
            work.Merge.Add(work.Own, s_own);
            for (var i = 0; i < layout.Sources.Length; i++)
            {
                var (registry, source, from) = layout.Sources[i];
                var snapshot = work.Snapshot(i);
                try
                {
                    source.Collect(snapshot);
                }
                catch (Exception e)
                {
                    // One broken source must not lose the scrape.
                    registry.Report(from.Name, CallbackFailureReason.SourceFailed, error: e);
                    continue;
                }

                work.Merge.Add(snapshot, from);
            }

            for (var i = 0; i < layout.Expositions.Length; i++)
            {
                var snapshot = work.Snapshot(layout.Sources.Length + i);
                if (work.Runs[i] != 0 && layout.Expositions[i].TryTake(work.Runs[i], snapshot))
                {
                    work.Merge.Add(snapshot, layout.Expositions[i].Source);
                }
            }

            work.Merge.Build(work.Merged);
            Interlocked.Add(ref _drops[(int)ScrapeDropReason.Duplicate], work.Merge.DuplicateSamples);
            Interlocked.Add(ref _drops[(int)ScrapeDropReason.Shadowed], work.Merge.ShadowedSamples);
            Interlocked.Add(ref _drops[(int)ScrapeDropReason.TypeClash], work.Merge.ClashingSamples);
            foreach (var conflict in work.Merge.Conflicts)
            {
                ConflictFound?.Invoke(conflict);
            }

            work.CopySorted(destination);
        }
        finally
        {
            work.Clear();
            _free.Add(work);
        }
    }
}
