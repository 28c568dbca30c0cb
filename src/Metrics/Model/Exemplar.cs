using System.Text;

namespace DynamoAspire.Metrics.Model;

/// <summary>An example behind a counter or a bucket, as OpenMetrics writes it behind <c># </c>: <c>{trace_id="…"} value [seconds]</c>. Immutable; equal when its text is.</summary>
public sealed class Exemplar : IEquatable<Exemplar>
{
    private readonly byte[] _text;

    internal Exemplar(ReadOnlySpan<byte> text)
    {
        _text = text.ToArray();

        // A quote right behind the brace or a comma opens a name that formats without quoted names cannot hold.
        HasQuotedNames = text.IndexOf("{\""u8) >= 0 || text.IndexOf(",\""u8) >= 0;
    }

    /// <summary>Labels in braces, value and, if it has one, the time in seconds.</summary>
    public ReadOnlySpan<byte> Text => _text;

    internal bool HasQuotedNames { get; }

    /// <inheritdoc/>
    public bool Equals(Exemplar? other) => other is not null && Text.SequenceEqual(other.Text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Exemplar);

    /// <inheritdoc/>
    public override int GetHashCode() => Utf8Hash.Compute(_text);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_text);
}
