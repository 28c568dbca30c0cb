using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Serving;

/// <summary>What a scraper gets.</summary>
/// <param name="Format">Text format.</param>
/// <param name="Escaping">What becomes of names that are not plain.</param>
/// <param name="NamesEscaping">Whether the content type has to name the scheme: the scraper has, or the format demands it.</param>
public readonly record struct ExpositionChoice(ExpositionFormat Format, NameEscaping Escaping, bool NamesEscaping)
{
    /// <summary>What a scraper gets that says nothing.</summary>
    public static ExpositionChoice Default { get; } = new(ExpositionFormat.Text, NameEscaping.Underscores, NamesEscaping: false);

    /// <summary>Value of <c>Content-Type</c>.</summary>
    public string ContentType => NamesEscaping ? ExpositionContentType.Of(Format, Escaping) : ExpositionContentType.Of(Format);
}
