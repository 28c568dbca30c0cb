namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>
/// Reads headers as they stand on the wire:
/// <c>"NATS/1.0" [" " status [" " description]] CRLF *( name ":" value CRLF ) CRLF</c>.
/// </summary>
internal static class NatsHeaderBlock
{
    private static ReadOnlySpan<byte> Version => "NATS/1.0"u8;

    /// <summary>Adds what the block holds; false if it holds nothing or is none.</summary>
    public static bool Read(ReadOnlySpan<byte> block, NatsHeaders destination)
    {
        if (!block.StartsWith(Version))
        {
            return false;
        }

        var before = destination.Count;
        var first = true;
        while (!block.IsEmpty)
        {
            var end = block.IndexOf("\r\n"u8);
            var line = end < 0 ? block : block[..end];
            block = end < 0 ? default : block[(end + 2)..];
            if (first)
            {
                first = false;
                ReadStatus(line[Version.Length..].Trim((byte)' '), destination);
            }
            else if (line.IndexOf((byte)':') is > 0 and var colon)
            {
                destination.TryAdd(line[..colon], line[(colon + 1)..].Trim((byte)' '));
            }
        }

        return destination.Count > before;
    }

    private static void ReadStatus(ReadOnlySpan<byte> text, NatsHeaders destination)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var space = text.IndexOf((byte)' ');
        destination.TryAdd(NatsHeaders.StatusUtf8, space < 0 ? text : text[..space]);
        if (space >= 0)
        {
            destination.TryAdd(NatsHeaders.DescriptionUtf8, text[(space + 1)..].Trim((byte)' '));
        }
    }
}
