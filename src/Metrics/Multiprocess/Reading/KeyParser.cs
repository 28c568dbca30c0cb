using System.Globalization;
using System.Text.Json;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Parses keys: <c>["family", "sample", {"label": "value", ...}, "help"]</c>. Runs once per distinct key.</summary>
internal sealed class KeyParser(IReadOnlyList<KeyLabel> injected)
{
    private readonly Dictionary<byte[], FamilyInfo> _families = new(Utf8Comparer.Instance);

    /// <summary>Parses a key of a file of the given type. One that is not a key stays without family. Keys may be parsed side by side, each worker with a scratch of its own.</summary>
    internal void Parse(KeyInfo key, MetricType type, KeyScratch scratch)
    {
        try
        {
            TryParse(key, type, scratch);
        }
        catch (JsonException)
        {
            // Not a key.
        }
        catch (InvalidOperationException)
        {
            // Text that is not UTF-8 or an escape that is no character.
        }
    }

    /// <summary>Forgets families that the plan of this number did not meet. Their keys must have been forgotten before.</summary>
    internal void Sweep(int stamp)
    {
        foreach (var (name, family) in _families)
        {
            if (family.Stamp != stamp)
            {
                _families.Remove(name);
            }
        }
    }

    private void TryParse(KeyInfo key, MetricType type, KeyScratch scratch)
    {
        var reader = new Utf8JsonReader(key.Text);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray
            || ReadString(ref reader, scratch) is not { Length: > 0 } family
            || ReadString(ref reader, scratch) is not { Length: > 0 } sample
            || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        var labels = scratch.Labels;
        labels.Clear();
        var bound = double.NaN;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = PlainNames.Of(scratch.Text(ref reader), allowColon: false);
            if (ReadString(ref reader, scratch) is not { } value)
            {
                return;
            }

            if (type == MetricType.Histogram && name.AsSpan().SequenceEqual("le"u8))
            {
                if (!TryParseBound(value, out bound))
                {
                    return;
                }
            }
            else
            {
                Set(labels, name, value);
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject
            || ReadString(ref reader, scratch) is not { } help
            || !reader.Read() || reader.TokenType != JsonTokenType.EndArray || reader.Read())
        {
            return;
        }

        family = PlainNames.Of(family, allowColon: true);
        sample = PlainNames.Of(sample, allowColon: true);
        if (!Owns(type, family, sample))
        {
            return;
        }

        foreach (var label in injected)
        {
            if (IndexOf(labels, label.Name) < 0)
            {
                labels.Add(label);
            }
        }

        labels.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        key.Help = help;
        key.SampleName = sample;
        key.Labels = [.. labels];
        key.Bound = bound;
        key.Series = type == MetricType.Gauge ? null : Series(key, family, scratch.Series);
        key.Family = Family(family);
    }

    /// <summary>Series of an entry of whatever is no gauge.</summary>
    private static Series Series(KeyInfo key, ReadOnlySpan<byte> family, SeriesBuilder builder)
    {
        if (!key.IsBucket)
        {
            return new Series(builder.Text(key.SampleName, key.Labels).ToArray(), key.SampleName.Length);
        }

        // Whatever the sample is called, an entry with a bound is a bucket; and the bound is written from the number.
        Span<byte> name = stackalloc byte[256];
        var suffix = "_bucket"u8;
        name = family.Length + suffix.Length <= name.Length ? name[..(family.Length + suffix.Length)] : new byte[family.Length + suffix.Length];
        family.CopyTo(name);
        suffix.CopyTo(name[family.Length..]);
        Span<byte> bound = stackalloc byte[MetricNumber.MaxLength];
        bound = bound[..MetricNumber.Format(key.Bound, bound)];
        return new Series(builder.Text(name, key.Labels, "le"u8, bound, hasExtra: true).ToArray(), name.Length);
    }

    /// <summary>Whether a sample of this name is one that a family of this type has. Anything else could only be printed under a header that is not its own.</summary>
    private static bool Owns(MetricType type, ReadOnlySpan<byte> family, ReadOnlySpan<byte> sample)
    {
        if (!sample.StartsWith(family))
        {
            return false;
        }

        var suffix = sample[family.Length..];
        return type switch
        {
            MetricType.Counter => suffix.SequenceEqual("_total"u8),
            MetricType.Info => suffix.SequenceEqual("_info"u8),
            MetricType.Histogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8),
            MetricType.Summary => suffix.IsEmpty || suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8),
            MetricType.GaugeHistogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_gsum"u8) || suffix.SequenceEqual("_gcount"u8),
            _ => suffix.IsEmpty,
        };
    }

    private FamilyInfo Family(byte[] name)
    {
        lock (_families)
        {
            if (!_families.TryGetValue(name, out var family))
            {
                _families[name] = family = new FamilyInfo(name);
            }

            return family;
        }
    }

    private static void Set(List<KeyLabel> labels, byte[] name, byte[] value)
    {
        var index = IndexOf(labels, name);
        if (index < 0)
        {
            labels.Add(new KeyLabel(name, value));
        }
        else
        {
            labels[index] = new KeyLabel(name, value);
        }
    }

    private static int IndexOf(List<KeyLabel> labels, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (name.SequenceEqual(labels[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    private static byte[]? ReadString(ref Utf8JsonReader reader, KeyScratch scratch) => reader.Read() && reader.TokenType == JsonTokenType.String ? scratch.Text(ref reader) : null;

    private static bool TryParseBound(ReadOnlySpan<byte> text, out double bound)
    {
        if (text.SequenceEqual("+Inf"u8))
        {
            bound = double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bound) && !double.IsNaN(bound);
    }
}
