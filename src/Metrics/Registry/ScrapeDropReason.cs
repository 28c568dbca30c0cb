namespace DynamoAspire.Metrics.Registry;

/// <summary>Why a scrape left samples of a source or a callback out.</summary>
public enum ScrapeDropReason
{
    /// <summary>The same series had been reported already; the first stays.</summary>
    Duplicate,

    /// <summary>A file-backed source has the family.</summary>
    Shadowed,

    /// <summary>The family's type differs from the one reported first.</summary>
    TypeClash,
}
