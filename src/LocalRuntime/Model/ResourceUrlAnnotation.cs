namespace Aspire.Hosting.ApplicationModel;

/// <summary>A URL that is shown with a resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>URL; a path alone is relative to the endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>What it leads to.</summary>
    public string? DisplayText { get; set; }
}
