using System.Text.Json;

namespace DynamoAspire.KvEvents.Queries;

/// <summary>What a router asks a local indexer.</summary>
/// <param name="WorkerId">Worker asked.</param>
/// <param name="StartEventId">First event wanted; null asks for the whole tree.</param>
/// <param name="EndEventId">Last event wanted; null is the newest.</param>
/// <param name="DpRank">Rank asked, by newer routers.</param>
public readonly record struct KvQueryRequest(ulong WorkerId, ulong? StartEventId = null, ulong? EndEventId = null, uint? DpRank = null)
{
    /// <summary>{"worker_id":n,"start_event_id":n|null,"end_event_id":n|null,"dp_rank":n} — other fields are ignored</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out KvQueryRequest request)
    {
        request = default;
        var (hasWorker, worker, start, end, rank) = (false, 0UL, (ulong?)null, (ulong?)null, (uint?)null);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("worker_id"u8))
                {
                    hasWorker = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out worker);
                    if (!hasWorker)
                    {
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("start_event_id"u8) ? !TryReadNumber(ref reader, out start)
                    : reader.ValueTextEquals("end_event_id"u8) ? !TryReadNumber(ref reader, out end)
                    : reader.ValueTextEquals("dp_rank"u8) ? !TryReadRank(ref reader, out rank)
                    : !reader.Read() || !reader.TrySkip())
                {
                    return false;
                }
            }

            request = new KvQueryRequest(worker, start, end, rank);
            return hasWorker && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadNumber(ref Utf8JsonReader reader, out ulong? value)
    {
        value = null;
        if (!reader.Read() || reader.TokenType is not (JsonTokenType.Number or JsonTokenType.Null))
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        var taken = reader.TryGetUInt64(out var number);
        value = number;
        return taken;
    }

    private static bool TryReadRank(ref Utf8JsonReader reader, out uint? rank)
    {
        rank = null;
        if (!TryReadNumber(ref reader, out var number) || number > uint.MaxValue)
        {
            return false;
        }

        rank = (uint?)number;
        return true;
    }
}
