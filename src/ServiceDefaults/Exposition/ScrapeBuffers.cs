using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Buffers of the scrapes in flight, a bounded number of them, kept for the next. Thread-safe.</summary>
internal sealed class ScrapeBuffers(int limit)
{
    private readonly ConcurrentBag<Scrape> _free = [];
    private int _inFlight;

    /// <summary>Takes buffers; false when as many scrapes as allowed are in flight.</summary>
    public bool TryEnter([NotNullWhen(true)] out Scrape? scrape)
    {
        if (Interlocked.Increment(ref _inFlight) > limit)
        {
            Interlocked.Decrement(ref _inFlight);
            scrape = null;
            return false;
        }

        scrape = _free.TryTake(out var free) ? free : new Scrape();
        return true;
    }

    /// <summary>Gives them back.</summary>
    public void Leave(Scrape scrape)
    {
        scrape.Snapshot.Clear();
        scrape.Body.ResetWrittenCount();
        _free.Add(scrape);
        Interlocked.Decrement(ref _inFlight);
    }

    internal sealed class Scrape
    {
        public MetricSnapshot Snapshot { get; } = new();

        public ArrayBufferWriter<byte> Body { get; } = new(16 * 1024);
    }
}
