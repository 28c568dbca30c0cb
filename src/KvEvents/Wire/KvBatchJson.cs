using System.Text;
using System.Text.Json;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Wire;

/// <summary>
/// Shows a decoded batch as one JSON object, <c>{"ts":…,"data_parallel_rank":…,"events":[…]}</c>: integers as sent, digests as
/// <c>{"$bytes":hex}</c>, optional fields only where they were sent.
/// </summary>
public static class KvBatchJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(KvEventBatch batch, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WritePropertyName("ts"u8);
        if (double.IsNaN(batch.Timestamp))
        {
            json.WriteNullValue();
        }
        else
        {
            MessagePackJson.WriteDouble(batch.Timestamp, json);
        }

        json.WritePropertyName("data_parallel_rank"u8);
        if (batch.DataParallelRank is { } rank)
        {
            json.WriteNumberValue(rank);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStartArray("events"u8);
        for (var i = 0; i < batch.Count; i++)
        {
            WriteEvent(batch[i], json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEvent(in KvEventView view, Utf8JsonWriter json)
    {
        ref readonly var record = ref view.Record;
        json.WriteStartObject();
        json.WriteString(KvFieldNames.NameOf(KvField.Tag), record.Kind switch
        {
            KvEventKind.Stored => KvFieldNames.Stored,
            KvEventKind.Removed => KvFieldNames.Removed,
            _ => KvFieldNames.Cleared,
        });
        if (record.Kind != KvEventKind.Cleared)
        {
            WriteRaw(view, KvField.BlockHashes, record.RawHashes, json);
        }

        if (record.Kind == KvEventKind.Stored)
        {
            WriteRawOrNull(view, KvField.ParentBlockHash, record.RawParent, json);
            WriteRawOrNull(view, KvField.TokenIds, record.RawTokens, json);
            json.WriteNumber(KvFieldNames.NameOf(KvField.BlockSize), record.BlockSize);
            if (record.LoraId is null)
            {
                json.WriteNull(KvFieldNames.NameOf(KvField.LoraId));
            }
        }

        WriteNumber(view, KvField.LoraId, record.LoraId, json);
        WriteText(view, KvField.Medium, record.Medium, json);
        WriteText(view, KvField.LoraName, record.LoraName, json);
        WriteRaw(view, KvField.ExtraKeys, record.ExtraKeys, json);
        WriteRaw(view, KvField.BlockMmInfos, record.BlockMmInfos, json);
        WriteNumber(view, KvField.GroupIndex, record.GroupIndex, json);
        WriteText(view, KvField.SpecKind, record.SpecKind, json);
        WriteNumber(view, KvField.SlidingWindow, record.SlidingWindow, json);
        WriteText(view, KvField.Locality, record.Locality, json);
        WriteText(view, KvField.Ownership, record.Ownership, json);
        WriteText(view, KvField.SessionId, record.SessionId, json);
        WriteText(view, KvField.CacheSalt, record.CacheSalt, json);
        WriteRaw(view, KvField.SkippedParentBlockHash, record.RawSkippedParent, json);
        WriteRaw(view, KvField.SkippedTokenIds, record.RawSkippedTokens, json);
        WriteRaw(view, KvField.SkippedExtraKeys, record.RawSkippedExtraKeys, json);
        json.WriteEndObject();
    }

    private static void WriteRawOrNull(in KvEventView view, KvField field, KvSlice slice, Utf8JsonWriter json)
    {
        if (slice.Length == 0)
        {
            json.WriteNull(KvFieldNames.NameOf(field));
        }

        WriteRaw(view, field, slice, json);
    }

    private static void WriteRaw(in KvEventView view, KvField field, KvSlice slice, Utf8JsonWriter json)
    {
        if (slice.Length == 0)
        {
            return;
        }

        json.WritePropertyName(KvFieldNames.NameOf(field));
        var reader = new MessagePackReader(view.Raw(slice));
        if (!MessagePackJson.TryWrite(ref reader, json))
        {
            // Decoded within other limits than the defaults used here.
            json.WriteNullValue();
        }
    }

    private static void WriteNumber(in KvEventView view, KvField field, long? value, Utf8JsonWriter json)
    {
        if (value is { } present && view.Record.Has(field))
        {
            json.WriteNumber(KvFieldNames.NameOf(field), present);
        }
    }

    private static void WriteText(in KvEventView view, KvField field, KvSlice slice, Utf8JsonWriter json)
    {
        if (view.Record.Has(field))
        {
            json.WriteString(KvFieldNames.NameOf(field), Encoding.UTF8.GetString(view.Raw(slice)));
        }
    }
}
