using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace DynamoAspire.KvEventRelay.Queries;

/// <summary>A query for a prefix: either tokens with a block size, or hashes of blocks.</summary>
internal sealed class MatchRequest
{
    private MatchRequest(List<uint>? tokens, int? blockSize, List<ulong>? hashes)
    {
        Tokens = tokens;
        BlockSize = blockSize;
        Hashes = hashes;
    }

    public List<uint>? Tokens { get; }

    public int? BlockSize { get; }

    public List<ulong>? Hashes { get; }

    /// <summary>{"token_ids":[…],"block_size":16} or {"hashes":[…]}; unknown keys are ignored</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out MatchRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        List<uint>? tokens = null;
        List<ulong>? hashes = null;
        int? blockSize = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problem = "The body must be a JSON object, {\"token_ids\":[…],\"block_size\":16} or {\"hashes\":[…]}.";
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("token_ids"u8))
                {
                    if (!TryReadTokens(ref reader, out tokens))
                    {
                        problem = "token_ids must be an array of integers from 0 to 4294967295.";
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("hashes"u8))
                {
                    if (!TryReadHashes(ref reader, out hashes))
                    {
                        problem = "hashes must be an array of integers from 0 to 18446744073709551615 (tokens hashes of the blocks, from the start of the prompt).";
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("block_size"u8))
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var size) || size <= 0)
                    {
                        problem = "block_size must be an integer above 0.";
                        return false;
                    }

                    blockSize = size;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (JsonException e)
        {
            problem = $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine}).";
            return false;
        }

        if (tokens is null == hashes is null)
        {
            problem = "Give either token_ids or hashes.";
            return false;
        }

        request = new MatchRequest(tokens, blockSize, hashes);
        problem = null;
        return true;
    }

    private static bool TryReadTokens(ref Utf8JsonReader reader, out List<uint> tokens)
    {
        tokens = [];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetUInt32(out var token))
            {
                return false;
            }

            tokens.Add(token);
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private static bool TryReadHashes(ref Utf8JsonReader reader, out List<ulong> hashes)
    {
        hashes = [];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetUInt64(out var hash))
            {
                return false;
            }

            hashes.Add(hash);
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }
}
