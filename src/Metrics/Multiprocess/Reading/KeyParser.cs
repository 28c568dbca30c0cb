using System.Globalization;
using System.Text.Json;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Parses keys: <c>["family", "sample", {"label": "value", ...}, "help"]</c>. Runs once per distinct key.</summary>
internal sealed class KeyParser(IReadOnlyList<(byte[] Name, byte[] Value)> injected)
{
    private readonly Dictionary<byte[], FamilyInfo> _families = new(Utf8Comparer.Instance);

    /// <summary>Parses a key of a file of the given type. One that is not a key gives an info without family.</summary>
    internal KeyInfo Parse(ReadOnlySpan<byte> key, MetricType type)
    {
        try
        {
            return TryParse(key, type) ?? new KeyInfo { Raw = key.ToArray() };
        }
        catch (JsonException)
        {
            return new KeyInfo { Raw = key.ToArray() };
        }
        catch (InvalidOperationException)
        {
            // Text that is not UTF-8 or an escape that is no character.
            return new KeyInfo { Raw = key.ToArray() };
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

    private KeyInfo? TryParse(ReadOnlySpan<byte> key, MetricType type)
    {
        var reader = new Utf8JsonReader(key);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray
            || ReadString(ref reader) is not { Length: > 0 } family
            || ReadString(ref reader) is not { Length: > 0 } sample
            || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var labels = new LabelSet();
        var bound = double.NaN;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = PlainNames.Of(Copy(ref reader), allowColon: false);
            if (ReadString(ref reader) is not { } value)
            {
                return null;
            }

            if (type == MetricType.Histogram && name.AsSpan().SequenceEqual("le"u8))
            {
                if (!TryParseBound(value, out bound))
                {
                    return null;
                }
            }
            else
            {
                labels.Set(name, value);
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject
            || ReadString(ref reader) is not { } help
            || !reader.Read() || reader.TokenType != JsonTokenType.EndArray || reader.Read())
        {
            return null;
        }

        family = PlainNames.Of(family, allowColon: true);
        sample = PlainNames.Of(sample, allowColon: true);
        if (!Owns(type, family, sample))
        {
            return null;
        }

        foreach (var (name, value) in injected)
        {
            if (labels.IndexOf(name) < 0)
            {
                labels.Add(name, value);
            }
        }

        return new KeyInfo
        {
            Raw = key.ToArray(),
            Family = Family(family),
            SampleName = sample,
            Labels = labels,
            Help = help,
            Bound = bound,
        };
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
        if (!_families.TryGetValue(name, out var family))
        {
            _families[name] = family = new FamilyInfo(name);
        }

        return family;
    }

    private static byte[]? ReadString(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.String ? Copy(ref reader) : null;

    private static byte[] Copy(ref Utf8JsonReader reader)
    {
        var buffer = new byte[reader.ValueSpan.Length];
        return buffer[..reader.CopyString(buffer)];
    }

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
