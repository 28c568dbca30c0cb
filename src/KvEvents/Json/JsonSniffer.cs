namespace DynamoAspire.KvEvents.Json;

/// <summary>Tells JSON objects from MessagePack: '{' is a positive fixint there, which no message of this wire begins with.</summary>
internal static class JsonSniffer
{
    internal static bool IsJsonObject(ReadOnlySpan<byte> payload)
    {
        var start = payload.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && payload[start] == (byte)'{';
    }
}
