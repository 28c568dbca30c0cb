using System.Buffers;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.StatRecords;

/// <summary>Reads and writes stat records (docs/stat-record.md). Allocates nothing; safe to call from any thread.</summary>
public static class StatRecordCodec
{
    private static readonly MessagePackLimits s_limits = new() { MaxDepth = 8, MaxCount = 1024, MaxLength = 64 * 1024 };

    /// <summary>map: v, engine, rank, ts, then the optional fields that are set, in the order of the document</summary>
    public static void Write(in StatRecord record, IBufferWriter<byte> output)
    {
        var writer = new MessagePackWriter(output);
        var optional = Count(record.Blocks) + Count(record.Running) + Count(record.Waiting) + Count(record.PrefixQueries)
            + Count(record.PrefixHits) + Count(record.Dropped) + (record.Usage.HasValue ? 1 : 0) + (record.Speculative.HasValue ? 1 : 0)
            + (record.Sender.IsEmpty ? 0 : 1);
        writer.WriteMapHeader(4 + optional);
        writer.WriteString("v"u8);
        writer.WriteUInt64(StatRecord.CurrentVersion);
        writer.WriteString("engine"u8);
        writer.WriteString(record.Engine);
        writer.WriteString("rank"u8);
        writer.WriteUInt64(record.Rank);
        writer.WriteString("ts"u8);
        writer.WriteDouble(record.Timestamp);
        WriteOptional(ref writer, "blocks"u8, record.Blocks);
        if (record.Usage is { } usage)
        {
            writer.WriteString("usage"u8);
            writer.WriteDouble(usage);
        }

        WriteOptional(ref writer, "running"u8, record.Running);
        WriteOptional(ref writer, "waiting"u8, record.Waiting);
        WriteOptional(ref writer, "prefix_queries"u8, record.PrefixQueries);
        WriteOptional(ref writer, "prefix_hits"u8, record.PrefixHits);
        if (record.Speculative is { } speculative)
        {
            WriteSpeculative(ref writer, speculative);
        }

        WriteOptional(ref writer, "dropped"u8, record.Dropped);
        if (!record.Sender.IsEmpty)
        {
            writer.WriteString("sender"u8);
            writer.WriteString(record.Sender);
        }

        writer.Flush();
    }

    /// <summary>Reads one record. Unknown keys are passed over; key order is free; a known optional field of another type counts as absent.</summary>
    /// <param name="data">Payload of one message; the record's text points into it.</param>
    /// <param name="record">The record; meaningful when the outcome is <see cref="StatRecordStatus.Ok"/>.</param>
    public static StatRecordStatus TryRead(ReadOnlySpan<byte> data, out StatRecord record)
    {
        StatRecord read = default;
        var status = Read(data, ref read);
        record = read;
        return status;
    }

    private static StatRecordStatus Read(ReadOnlySpan<byte> data, ref StatRecord record)
    {
        var reader = new MessagePackReader(data, s_limits);
        if (!reader.TryReadMapHeader(out var count))
        {
            return StatRecordStatus.Malformed;
        }

        ulong version = 0;
        var rankIsBad = false;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                // A key that is no text belongs to no version of this record: pass it over, as any unknown key.
                if (!reader.TrySkip() || !reader.TrySkip())
                {
                    return StatRecordStatus.Malformed;
                }

                continue;
            }

            var start = reader.Position;
            if (!TryReadField(ref reader, key, ref record, ref version, ref rankIsBad))
            {
                reader.Rewind(start);
                if (!reader.TrySkip())
                {
                    return StatRecordStatus.Malformed;
                }
            }
        }

        return version != StatRecord.CurrentVersion ? StatRecordStatus.UnknownVersion
            : record.Engine.IsEmpty ? StatRecordStatus.MissingEngine
            : rankIsBad ? StatRecordStatus.InvalidRank
            : StatRecordStatus.Ok;
    }

    /// <summary>False: the value was not taken and must be skipped.</summary>
    private static bool TryReadField(scoped ref MessagePackReader reader, scoped ReadOnlySpan<byte> key, ref StatRecord record, scoped ref ulong version, scoped ref bool rankIsBad)
    {
        if (key.SequenceEqual("v"u8))
        {
            return reader.TryReadUInt64(out version);
        }

        if (key.SequenceEqual("engine"u8))
        {
            var isText = reader.TryReadString(out var engine);
            record.Engine = engine;
            return isText;
        }

        if (key.SequenceEqual("rank"u8))
        {
            rankIsBad = !reader.TryReadUInt32(out var rank);
            record.Rank = rank;
            return !rankIsBad;
        }

        if (reader.TryReadNil())
        {
            return true;
        }

        var taken = TryReadOptional(ref reader, key, ref record, out var known);
        record.IgnoredFields += known && !taken ? 1 : 0;
        return taken;
    }

    private static bool TryReadOptional(scoped ref MessagePackReader reader, scoped ReadOnlySpan<byte> key, ref StatRecord record, out bool known)
    {
        known = true;
        bool taken;
        ulong count;
        if (key.SequenceEqual("ts"u8))
        {
            taken = reader.TryReadDouble(out var timestamp);
            record.Timestamp = timestamp;
        }
        else if (key.SequenceEqual("usage"u8))
        {
            taken = reader.TryReadDouble(out var usage);
            record.Usage = taken ? usage : null;
        }
        else if (key.SequenceEqual("spec"u8))
        {
            taken = TryReadSpeculative(ref reader, ref record);
        }
        else if (key.SequenceEqual("blocks"u8))
        {
            taken = reader.TryReadUInt64(out count);
            record.Blocks = taken ? count : null;
        }
        else if (key.SequenceEqual("running"u8))
        {
            taken = reader.TryReadUInt64(out count);
            record.Running = taken ? count : null;
        }
        else if (key.SequenceEqual("waiting"u8))
        {
            taken = reader.TryReadUInt64(out count);
            record.Waiting = taken ? count : null;
        }
        else if (key.SequenceEqual("prefix_queries"u8))
        {
            taken = reader.TryReadUInt64(out count);
            record.PrefixQueries = taken ? count : null;
        }
        else if (key.SequenceEqual("prefix_hits"u8))
        {
            taken = reader.TryReadUInt64(out count);
            record.PrefixHits = taken ? count : null;
        }
        else if (key.SequenceEqual("dropped"u8))
        {
            taken = reader.TryReadUInt64(out count);
            record.Dropped = taken ? count : null;
        }
        else if (key.SequenceEqual("sender"u8))
        {
            taken = reader.TryReadString(out var sender);
            record.Sender = taken ? sender : default;
        }
        else
        {
            known = false;
            taken = false;
        }

        return taken;
    }

    /// <summary>map: drafts, draft_tokens, accepted_tokens, accepted_per_pos (array); all optional</summary>
    private static bool TryReadSpeculative(scoped ref MessagePackReader reader, ref StatRecord record)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        var speculative = default(SpeculativeDecoding);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            bool taken;
            if (key.SequenceEqual("drafts"u8))
            {
                taken = reader.TryReadUInt64(out var value);
                speculative.Drafts = value;
            }
            else if (key.SequenceEqual("draft_tokens"u8))
            {
                taken = reader.TryReadUInt64(out var value);
                speculative.DraftTokens = value;
            }
            else if (key.SequenceEqual("accepted_tokens"u8))
            {
                taken = reader.TryReadUInt64(out var value);
                speculative.AcceptedTokens = value;
            }
            else if (key.SequenceEqual("accepted_per_pos"u8))
            {
                taken = TryReadPositions(ref reader, ref speculative);
            }
            else
            {
                taken = reader.TrySkip();
            }

            if (!taken)
            {
                return false;
            }
        }

        record.Speculative = speculative;
        return true;
    }

    private static bool TryReadPositions(ref MessagePackReader reader, ref SpeculativeDecoding speculative)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadUInt64(out var accepted))
            {
                return false;
            }

            // Positions beyond the bound are left out; the totals still count them.
            speculative.TryAddPosition(accepted);
        }

        return true;
    }

    private static void WriteSpeculative(ref MessagePackWriter writer, in SpeculativeDecoding speculative)
    {
        writer.WriteString("spec"u8);
        writer.WriteMapHeader(4);
        writer.WriteString("drafts"u8);
        writer.WriteUInt64(speculative.Drafts);
        writer.WriteString("draft_tokens"u8);
        writer.WriteUInt64(speculative.DraftTokens);
        writer.WriteString("accepted_tokens"u8);
        writer.WriteUInt64(speculative.AcceptedTokens);
        writer.WriteString("accepted_per_pos"u8);
        writer.WriteArrayHeader(speculative.PositionCount);
        for (var i = 0; i < speculative.PositionCount; i++)
        {
            writer.WriteUInt64(speculative.AcceptedAt(i));
        }
    }

    private static void WriteOptional(ref MessagePackWriter writer, ReadOnlySpan<byte> key, ulong? value)
    {
        if (value is { } present)
        {
            writer.WriteString(key);
            writer.WriteUInt64(present);
        }
    }

    private static int Count(ulong? value) => value.HasValue ? 1 : 0;
}
