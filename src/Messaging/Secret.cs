using System.Diagnostics;

namespace DynamoAspire.Messaging;

/// <summary>A value that prints as <c>***</c>, so that no log line or error page shows it.</summary>
[DebuggerDisplay("***")]
public readonly struct Secret : IEquatable<Secret>
{
    private readonly string? _value;

    /// <summary>Wraps a value; null and empty mean "none".</summary>
    public Secret(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>Whether there is a value.</summary>
    public bool HasValue => _value is not null;

    /// <summary>The value itself, for the one place that needs it.</summary>
    public string? Reveal() => _value;

    /// <inheritdoc/>
    public override string ToString() => _value is null ? "" : "***";

    /// <inheritdoc/>
    public bool Equals(Secret other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Secret other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>Equality of the wrapped values.</summary>
    public static bool operator ==(Secret left, Secret right) => left.Equals(right);

    /// <summary>Inequality of the wrapped values.</summary>
    public static bool operator !=(Secret left, Secret right) => !left.Equals(right);

    /// <summary>Wraps a value.</summary>
    public static implicit operator Secret(string? value) => new(value);
}
