using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DynamoAspire.KvEvents.MessagePack;

/// <summary>Shows MessagePack as JSON: integers exactly as sent, binaries as <c>{"$bytes":"hex"}</c>.</summary>
public static class MessagePackJson
{
    /// <summary>Writes the next value. False when it is not complete or nested too deep; the JSON is then incomplete too.</summary>
    public static bool TryWrite(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);

        // A value that can be skipped is complete and within the limits, so that the walk below cannot fail half-way or recurse too deep.
        var start = reader.Position;
        if (!reader.TrySkip())
        {
            return false;
        }

        reader.Rewind(start);
        Write(ref reader, json);
        return true;
    }

    private static void Write(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        switch (reader.NextType)
        {
            case MessagePackType.Nil:
                reader.TryReadNil();
                json.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                reader.TryReadBoolean(out var truth);
                json.WriteBooleanValue(truth);
                break;
            case MessagePackType.Integer:
                WriteInteger(ref reader, json);
                break;
            case MessagePackType.Float:
                reader.TryReadDouble(out var number);
                WriteDouble(number, json);
                break;
            case MessagePackType.String:
                reader.TryReadString(out var text);

                // By way of a string: invalid UTF-8 becomes U+FFFD instead of an exception.
                json.WriteStringValue(Encoding.UTF8.GetString(text));
                break;
            case MessagePackType.Binary:
                reader.TryReadBinary(out var bytes);
                WriteBytes("$bytes", bytes, json);
                break;
            case MessagePackType.Array:
                reader.TryReadArrayHeader(out var count);
                json.WriteStartArray();
                for (var i = 0; i < count; i++)
                {
                    Write(ref reader, json);
                }

                json.WriteEndArray();
                break;
            case MessagePackType.Map:
                WriteMap(ref reader, json);
                break;
            default:
                reader.TryReadRaw(out var extension);
                WriteBytes("$ext", extension, json);
                break;
        }
    }

    private static void WriteMap(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        reader.TryReadMapHeader(out var count);
        json.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            if (reader.TryReadString(out var key))
            {
                json.WritePropertyName(Encoding.UTF8.GetString(key));
            }
            else
            {
                reader.TryReadRaw(out var raw);
                json.WritePropertyName("$" + Convert.ToHexStringLower(raw));
            }

            Write(ref reader, json);
        }

        json.WriteEndObject();
    }

    private static void WriteInteger(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        reader.TryReadInteger(out var bits, out var negative);
        if (negative)
        {
            json.WriteNumberValue(unchecked((long)bits));
        }
        else
        {
            json.WriteNumberValue(bits);
        }
    }

    /// <summary>JSON has no NaN and no infinities: they are text.</summary>
    internal static void WriteDouble(double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteBytes(string name, ReadOnlySpan<byte> bytes, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(name, Convert.ToHexStringLower(bytes));
        json.WriteEndObject();
    }
}
