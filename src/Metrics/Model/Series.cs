using System.Text;

namespace DynamoAspire.Metrics.Model;

/// <summary>
/// Identity of one series: the sample's name and its labels as they are written, <c>name{a="x",b="y"}</c>, labels sorted by name and escaped.
/// Two series are the same exactly when these bytes are. Immutable.
/// </summary>
public sealed class Series : IEquatable<Series>
{
    private readonly byte[] _text;

    internal Series(byte[] text, int nameLength)
    {
        _text = text;
        NameLength = nameLength;
        Hash = Utf8Hash.Compute(text);
    }

    /// <summary>The written form.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>The sample's name.</summary>
    public ReadOnlySpan<byte> Name => _text.AsSpan(0, NameLength);

    internal int NameLength { get; }

    internal int Hash { get; }

    /// <summary>Makes a series from a name and labels in any order.</summary>
    public static Series Create(string name, params ReadOnlySpan<KeyValuePair<string, string>> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var set = new LabelSet();
        foreach (var (key, value) in labels)
        {
            set.Add(key, value);
        }

        return set.ToSeries(Encoding.UTF8.GetBytes(name));
    }

    /// <inheritdoc/>
    public bool Equals(Series? other) => other is not null && (ReferenceEquals(this, other) || (Hash == other.Hash && Text.SequenceEqual(other.Text)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Series);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_text);
}
