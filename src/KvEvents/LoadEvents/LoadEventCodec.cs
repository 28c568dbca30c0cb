using System.Buffers;
using System.Text.Json;
using DynamoAspire.KvEvents.Json;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.LoadEvents;

/// <summary>
/// Reads and writes load messages in MessagePack and JSON. Readers take keys in any order, pass over unknown ones, and take an
/// absent or null value as not reported. The nested <c>ForwardPassMetrics</c> of Dynamo up to 0.8 are read too, as far as loads go. Safe to call from any thread; the MessagePack side allocates nothing.
/// </summary>
public static class LoadEventCodec
{
    private static readonly MessagePackLimits s_limits = new() { MaxDepth = 8, MaxCount = 1024, MaxLength = 64 * 1024 };

    /// <summary>map: worker_id, dp_rank, active_decode_blocks, active_prefill_tokens[, kv_used_blocks]</summary>
    public static void WriteMessagePack(in ActiveLoad load, IBufferWriter<byte> output)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(load.KvUsedBlocks.HasValue ? 5 : 4);
        writer.WriteString("worker_id"u8);
        writer.WriteUInt64(load.WorkerId);
        writer.WriteString("dp_rank"u8);
        writer.WriteUInt64(load.DpRank);
        writer.WriteString("active_decode_blocks"u8);
        WriteNullable(ref writer, load.ActiveDecodeBlocks);
        writer.WriteString("active_prefill_tokens"u8);
        WriteNullable(ref writer, load.ActivePrefillTokens);
        if (load.KvUsedBlocks is { } used)
        {
            writer.WriteString("kv_used_blocks"u8);
            writer.WriteUInt64(used);
        }

        writer.Flush();
    }

    /// <summary>The same fields, in the same order, as a JSON object.</summary>
    public static void WriteJson(in ActiveLoad load, IBufferWriter<byte> output)
    {
        var writer = new JsonTextWriter(output);
        writer.Raw("{\"worker_id\":"u8);
        writer.Number(load.WorkerId);
        writer.Raw(",\"dp_rank\":"u8);
        writer.Number(load.DpRank);
        writer.Raw(",\"active_decode_blocks\":"u8);
        writer.NumberOrNull(load.ActiveDecodeBlocks);
        writer.Raw(",\"active_prefill_tokens\":"u8);
        writer.NumberOrNull(load.ActivePrefillTokens);
        if (load.KvUsedBlocks is { } used)
        {
            writer.Raw(",\"kv_used_blocks\":"u8);
            writer.Number(used);
        }

        writer.Raw("}"u8);
        writer.Flush();
    }

    /// <summary>Reads a load, MessagePack or JSON (told apart by the first byte). False: no load, or no worker id.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ActiveLoad load) =>
        JsonSniffer.IsJsonObject(payload) ? TryReadJson(payload, out load, out _) : TryReadMessagePack(payload, out load);

    /// <summary>{"worker_id":…,"dp_rank":…[,"published_at":…]}</summary>
    public static void WriteJson(in LoadWithdrawal withdrawal, IBufferWriter<byte> output)
    {
        var writer = new JsonTextWriter(output);
        writer.Raw("{\"worker_id\":"u8);
        writer.Number(withdrawal.WorkerId);
        writer.Raw(",\"dp_rank\":"u8);
        writer.Number(withdrawal.DpRank);
        if (withdrawal.PublishedAt is { } published)
        {
            writer.Raw(",\"published_at\":"u8);
            writer.Number(published);
        }

        writer.Raw("}"u8);
        writer.Flush();
    }

    /// <summary>Reads a withdrawal. False: no JSON object with a worker id.</summary>
    public static bool TryReadWithdrawal(ReadOnlySpan<byte> payload, out LoadWithdrawal withdrawal)
    {
        var ok = TryReadJson(payload, out var load, out var publishedAt);
        withdrawal = new LoadWithdrawal(load.WorkerId, load.DpRank) { PublishedAt = ok ? publishedAt : null };
        return ok;
    }

    private static bool TryReadMessagePack(ReadOnlySpan<byte> payload, out ActiveLoad load)
    {
        var fields = default(Fields);
        load = default;
        var reader = new MessagePackReader(payload, s_limits);
        return reader.TryReadMapHeader(out var count) && TryReadMap(ref reader, count, ref fields) && fields.TryBuild(out load);
    }

    private static bool TryReadMap(ref MessagePackReader reader, int count, ref Fields fields)
    {
        for (var i = 0; i < count; i++)
        {
            // A key that is no text belongs to no version of this message.
            var isText = reader.TryReadString(out var key);
            if (!isText && !reader.TrySkip())
            {
                return false;
            }

            var name = isText ? FieldOf(key) : Field.Unknown;
            if (name == Field.Part && reader.TryReadMapHeader(out var inner))
            {
                // The parts nest twice; what is deeper is bounded by the length of the message.
                if (!TryReadMap(ref reader, inner, ref fields))
                {
                    return false;
                }
            }
            else if (name is not (Field.Unknown or Field.Part) && reader.TryReadUInt64(out var value))
            {
                fields.Set(name, value);
            }
            else if (!reader.TrySkip())
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadJson(ReadOnlySpan<byte> payload, out ActiveLoad load, out ulong? publishedAt)
    {
        var fields = default(Fields);
        load = default;
        publishedAt = null;
        try
        {
            var reader = new Utf8JsonReader(payload);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var depth = 0;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndObject)
                {
                    if (depth-- == 0)
                    {
                        break;
                    }

                    continue;
                }

                var name = FieldOf(reader.ValueSpan);
                reader.Read();
                if (name == Field.Part && reader.TokenType == JsonTokenType.StartObject)
                {
                    depth++;
                }
                else if (name is not (Field.Unknown or Field.Part) && reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var value))
                {
                    fields.Set(name, value);
                }
                else
                {
                    reader.Skip();
                }
            }

            publishedAt = fields.PublishedAt;
            return fields.TryBuild(out load);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteNullable(ref MessagePackWriter writer, ulong? value)
    {
        if (value is { } present)
        {
            writer.WriteUInt64(present);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static Field FieldOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("worker_id"u8) ? Field.WorkerId
        : key.SequenceEqual("dp_rank"u8) ? Field.DpRank
        : key.SequenceEqual("active_decode_blocks"u8) ? Field.ActiveDecodeBlocks
        : key.SequenceEqual("active_prefill_tokens"u8) ? Field.ActivePrefillTokens
        : key.SequenceEqual("kv_used_blocks"u8) ? Field.KvUsedBlocks
        : key.SequenceEqual("published_at"u8) ? Field.PublishedAt

        // Dynamo up to 0.8: {worker_id, data: {worker_stats: {data_parallel_rank, …}, kv_stats: {kv_active_blocks, …}}}.
        : key.SequenceEqual("data_parallel_rank"u8) ? Field.DpRank
        : key.SequenceEqual("kv_active_blocks"u8) ? Field.ActiveDecodeBlocks
        : key.SequenceEqual("data"u8) || key.SequenceEqual("worker_stats"u8) || key.SequenceEqual("kv_stats"u8) ? Field.Part
        : Field.Unknown;

    private enum Field
    {
        Unknown = 0,
        WorkerId,
        DpRank,
        ActiveDecodeBlocks,
        ActivePrefillTokens,
        KvUsedBlocks,
        PublishedAt,

        /// <summary>A map within which fields stand.</summary>
        Part,
    }

    private struct Fields
    {
        private ulong? _workerId;
        private ulong? _dpRank;
        private ulong? _activeDecodeBlocks;
        private ulong? _activePrefillTokens;
        private ulong? _kvUsedBlocks;

        public ulong? PublishedAt { get; private set; }

        public void Set(Field field, ulong value)
        {
            switch (field)
            {
                case Field.WorkerId:
                    _workerId = value;
                    break;
                case Field.DpRank:
                    _dpRank = value;
                    break;
                case Field.ActiveDecodeBlocks:
                    _activeDecodeBlocks = value;
                    break;
                case Field.ActivePrefillTokens:
                    _activePrefillTokens = value;
                    break;
                case Field.PublishedAt:
                    PublishedAt = value;
                    break;
                default:
                    _kvUsedBlocks = value;
                    break;
            }
        }

        public readonly bool TryBuild(out ActiveLoad load)
        {
            load = default;
            if (_workerId is not { } workerId || _dpRank > uint.MaxValue)
            {
                return false;
            }

            load = new ActiveLoad(workerId, (uint)(_dpRank ?? 0))
            {
                ActiveDecodeBlocks = _activeDecodeBlocks,
                ActivePrefillTokens = _activePrefillTokens,
                KvUsedBlocks = _kvUsedBlocks,
            };
            return true;
        }
    }
}
