namespace DynamoAspire.Metrics.Registry;

/// <summary>Stable names of the reasons, for labels.</summary>
public static class ScrapeDropReasons
{
    /// <summary>All reasons.</summary>
    public static IReadOnlyList<ScrapeDropReason> All { get; } = Enum.GetValues<ScrapeDropReason>();

    /// <summary>The name as a label value.</summary>
    public static string Name(this ScrapeDropReason reason) => reason switch
    {
        ScrapeDropReason.Duplicate => "duplicate",
        ScrapeDropReason.Shadowed => "shadowed",
        ScrapeDropReason.TypeClash => "type_clash",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
    };
}
