using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Snapshots of the scrapes being collected and bodies of the answers being sent: a bounded number of each, kept for the next. Thread-safe.</summary>
internal sealed class ScrapePool(int maxScrapes, int maxBodies)
{
    private readonly ConcurrentBag<Scrape> _scrapes = [];
    private readonly ConcurrentBag<ScrapeBody> _bodies = [];
    private int _scrapesOut;
    private int _bodiesOut;

    /// <summary>Takes a snapshot; false when as many scrapes as allowed are being collected.</summary>
    public bool TryEnter([NotNullWhen(true)] out Scrape? scrape)
    {
        scrape = null;
        if (Interlocked.Increment(ref _scrapesOut) > maxScrapes)
        {
            Interlocked.Decrement(ref _scrapesOut);
            return false;
        }

        scrape = _scrapes.TryTake(out var free) ? free : new Scrape();
        return true;
    }

    /// <summary>Gives it back.</summary>
    public void Leave(Scrape scrape)
    {
        scrape.Snapshot.Clear();
        scrape.Filtered.Clear();
        _scrapes.Add(scrape);
        Interlocked.Decrement(ref _scrapesOut);
    }

    /// <summary>Takes a body; false when as many answers as allowed are on their way.</summary>
    public bool TryTakeBody([NotNullWhen(true)] out ScrapeBody? body)
    {
        body = null;
        if (Interlocked.Increment(ref _bodiesOut) > maxBodies)
        {
            Interlocked.Decrement(ref _bodiesOut);
            return false;
        }

        body = _bodies.TryTake(out var free) ? free : new ScrapeBody();
        return true;
    }

    /// <summary>Gives it back.</summary>
    public void ReturnBody(ScrapeBody body)
    {
        if (body.IsWorthKeeping)
        {
            body.Reset();
            _bodies.Add(body);
        }
        else
        {
            body.Dispose();
        }

        Interlocked.Decrement(ref _bodiesOut);
    }

    internal sealed class Scrape
    {
        public MetricSnapshot Snapshot { get; } = new();

        /// <summary>What a <c>name[]</c> filter lets pass.</summary>
        public MetricSnapshot Filtered { get; } = new();
    }
}
