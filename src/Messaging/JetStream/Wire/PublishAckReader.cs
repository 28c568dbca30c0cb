using System.Text;
using System.Text.Json;

namespace DynamoAspire.Messaging.JetStream.Wire;

/// <summary>
/// Reads an acknowledgement without allocating:
/// <c>{"stream":"S","seq":1,"duplicate":true}</c> or <c>{"error":{"code":400,"err_code":10071,"description":"…"},…}</c>.
/// Remembers the last stream's name, which is the same nearly always. One thread at a time.
/// </summary>
internal sealed class PublishAckReader
{
    private byte[] _streamUtf8 = [];
    private string _stream = "";

    public bool TryRead(ReadOnlySpan<byte> json, out JetStreamAck ack)
    {
        string? stream = null, error = null;
        ulong sequence = 0;
        var duplicate = false;
        var errorCode = 0;
        var failed = false;
        ack = default;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("stream"u8))
                {
                    reader.Read();
                    stream = StreamName(ref reader);
                }
                else if (reader.ValueTextEquals("seq"u8))
                {
                    reader.Read();
                    sequence = reader.GetUInt64();
                }
                else if (reader.ValueTextEquals("duplicate"u8))
                {
                    reader.Read();
                    duplicate = reader.GetBoolean();
                }
                else if (reader.ValueTextEquals("error"u8))
                {
                    reader.Read();
                    failed = true;
                    ReadError(ref reader, out errorCode, out error);
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        if (!failed && stream is null)
        {
            return false;
        }

        ack = new JetStreamAck(failed ? JetStreamAckStatus.Error : JetStreamAckStatus.Stored, stream, sequence, duplicate, errorCode, error);
        return true;
    }

    private static void ReadError(ref Utf8JsonReader reader, out int code, out string? description)
    {
        code = 0;
        description = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("err_code"u8))
            {
                reader.Read();
                code = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("description"u8))
            {
                reader.Read();
                description = reader.GetString();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private string? StreamName(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        if (reader.ValueTextEquals(_streamUtf8))
        {
            return _stream;
        }

        _stream = reader.GetString() ?? "";
        _streamUtf8 = Encoding.UTF8.GetBytes(_stream);
        return _stream;
    }
}
