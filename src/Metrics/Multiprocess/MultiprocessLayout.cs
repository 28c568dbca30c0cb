namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>
/// Layout of a file, native byte order: int32 bytes in use (header included), 4 bytes zero, then entries back to back:
/// int32 key length, key, 1 to 8 spaces up to a multiple of 8, float64 value, and since prometheus_client 0.18 float64 timestamp (Unix seconds).
/// </summary>
internal static class MultiprocessLayout
{
    internal const int HeaderSize = 8;
    internal const int LengthSize = 4;

    /// <summary>Size of a new file, as prometheus_client 0.16 and later make it.</summary>
    internal const int InitialFileSize = 65_536;

    /// <summary>Bytes behind the key: the value, and in the second generation the timestamp.</summary>
    internal static int TailSize(bool hasTimestamps) => hasTimestamps ? 16 : 8;

    internal static int Padding(int keyLength) => 8 - ((keyLength + LengthSize) % 8);

    /// <summary>From the start of an entry to its value.</summary>
    internal static int ValueOffset(int keyLength) => LengthSize + keyLength + Padding(keyLength);
}
