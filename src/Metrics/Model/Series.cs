using System.Numerics;
using System.Text;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Parsing;

namespace DynamoAspire.Metrics.Model;

/// <summary>
/// Identity of one series: the sample's name and its labels as they are written, <c>name{a="x",b="y"}</c>, labels sorted by name and escaped.
/// Two series are the same exactly when these bytes are. Immutable.
/// </summary>
public sealed class Series : IEquatable<Series>
{
    private readonly byte[] _text;

    // Only of a name in quotes; that of a plain one is the beginning of the text.
    private readonly byte[]? _name;
    private ulong _group;
    private Series?[]? _escaped;

    internal Series(byte[] text, int nameLength, bool hasQuotedNames = false)
    {
        _text = text;
        NameLength = nameLength;
        HasQuotedNames = hasQuotedNames;
        Hash = Utf8Hash.Compute(text);
    }

    internal Series(byte[] text, byte[] quotedName)
        : this(text, quotedName.Length, hasQuotedNames: true) => _name = quotedName;

    /// <summary>The written form.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>The sample's name, without quotes and escapes.</summary>
    public ReadOnlySpan<byte> Name => _name ?? _text.AsSpan(0, NameLength);

    /// <summary>The labels, in order of their names.</summary>
    public LabelReader Labels
    {
        get
        {
            var open = _name is null ? NameLength : 0;
            return open == _text.Length ? default : new LabelReader(_text.AsSpan((open + 1)..^1));
        }
    }

    /// <summary>Whether a name in it is not plain, so that only formats with quoted names can hold it as it is.</summary>
    public bool HasQuotedNames { get; }

    internal int NameLength { get; }

    internal int Hash { get; }

    /// <summary>The same for all samples of one metric of a family: a hash of its labels without those that tell its buckets and quantiles apart. Never zero.</summary>
    internal ulong Group
    {
        get
        {
            if (_group == 0)
            {
                _group = ComputeGroup();
            }

            return _group;
        }
    }

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

    /// <summary>The series as a scheme writes it under the escaped name of its family; kept, because the next scrape asks again.</summary>
    internal Series Escaped(NameEscaping escaping, FamilyHeader family, FamilyHeader escapedFamily)
    {
        if (escaping != NameEscaping.Dots && !HasQuotedNames)
        {
            return this;
        }

        var escaped = _escaped ??= new Series?[(int)NameEscaping.AllowUtf8];
        return escaped[(int)escaping] ??= Escape(escaping, family, escapedFamily);
    }

    private Series Escape(NameEscaping escaping, FamilyHeader family, FamilyHeader escapedFamily)
    {
        var set = new LabelSet();
        var labels = Labels;
        while (labels.Read())
        {
            // le and quantile have no character that a scheme changes.
            set.Set(NameEscapings.Escape(labels.UnescapedName(), escaping, allowColon: false), labels.Value());
        }

        // The suffix belongs to the type and stays, or nobody would know a bucket for what it is.
        return Name.StartsWith(family.Name)
            ? set.ToSeries([.. escapedFamily.Name, .. Name[family.Name.Length..]])
            : set.ToSeries(NameEscapings.Escape(Name.ToArray(), escaping, allowColon: true));
    }

    private ulong ComputeGroup()
    {
        ulong hash = 14695981039346656037;
        var labels = Labels;
        while (labels.Read())
        {
            if (!labels.Name.SequenceEqual("le"u8) && !labels.Name.SequenceEqual("quantile"u8))
            {
                hash = (hash ^ (uint)Utf8Hash.Compute(labels.Name)) * 0x9E37_79B9_7F4A_7C15;
                hash = (BitOperations.RotateLeft(hash, 31) ^ (uint)Utf8Hash.Compute(labels.RawValue)) * 0x9E37_79B9_7F4A_7C15;
            }
        }

        return hash | 1;
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
