using System.Buffers.Binary;
using System.Security.Cryptography;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess.Reading;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>A file read as a whole, or not at all: what is to be deleted afterwards must have been understood to the last byte.</summary>
internal sealed class StrictFile
{
    private StrictFile(List<(byte[] Key, double Value)> entries, bool hasTimestamps, byte[] digest)
    {
        Entries = entries;
        HasTimestamps = hasTimestamps;
        Digest = digest;
    }

    internal List<(byte[] Key, double Value)> Entries { get; }

    internal bool HasTimestamps { get; }

    /// <summary>Tells whether the part in use has changed.</summary>
    internal byte[] Digest { get; }

    /// <summary>Reads a file; null if any of it is not as the format says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">Type of its families, by its name.</param>
    /// <param name="known">Keys that were found right before; added to.</param>
    internal static StrictFile? Read(string path, MetricType type, HashSet<byte[]> known)
    {
        byte[] bytes;
        try
        {
            bytes = ReadInUse(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }

        var digest = SHA256.HashData(bytes);
        return (Walk(bytes, hasTimestamps: true) is { } second ? Checked(second, true) : null)
            ?? (Walk(bytes, hasTimestamps: false) is { } first ? Checked(first, false) : null);

        StrictFile? Checked(List<(byte[] Key, double Value)> entries, bool hasTimestamps) =>
            entries.TrueForAll(e => IsKey(e.Key, type, known)) ? new StrictFile(entries, hasTimestamps, digest) : null;
    }

    /// <summary>The digest alone; null if the file cannot be read.</summary>
    internal static byte[]? DigestOf(string path)
    {
        try
        {
            return SHA256.HashData(ReadInUse(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] ReadInUse(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[MultiprocessLayout.HeaderSize];
        var length = RandomAccess.GetLength(handle);
        if (length == 0)
        {
            // Its process made it and was stopped: nothing to lose.
            return [];
        }

        if (length < header.Length || RandomAccess.Read(handle, header, 0) < header.Length)
        {
            throw new InvalidDataException();
        }

        var used = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (used < 0 || used > length || used is > 0 and < MultiprocessLayout.HeaderSize)
        {
            throw new InvalidDataException();
        }

        var bytes = new byte[used];
        var at = 0;
        while (at < used)
        {
            var read = RandomAccess.Read(handle, bytes.AsSpan(at), at);
            if (read == 0)
            {
                throw new InvalidDataException();
            }

            at += read;
        }

        return bytes;
    }

    private static List<(byte[] Key, double Value)>? Walk(byte[] bytes, bool hasTimestamps)
    {
        var entries = new List<(byte[] Key, double Value)>();
        var at = MultiprocessLayout.HeaderSize;
        while (at < bytes.Length)
        {
            if (bytes.Length - at < MultiprocessLayout.LengthSize)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            if (length < 2 || length > bytes.Length - at)
            {
                return null;
            }

            var value = at + MultiprocessLayout.ValueOffset(length);
            var next = value + MultiprocessLayout.TailSize(hasTimestamps);
            var key = bytes.AsSpan(at + MultiprocessLayout.LengthSize, length);
            if (next > bytes.Length || !key.StartsWith("[\""u8))
            {
                return null;
            }

            entries.Add((key.ToArray(), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(value))));
            at = next;
        }

        return entries;
    }

    private static bool IsKey(byte[] text, MetricType type, HashSet<byte[]> known)
    {
        if (known.Contains(text))
        {
            return true;
        }

        var frame = new byte[MultiprocessLayout.ValueOffset(text.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, text.Length);
        text.CopyTo(frame, MultiprocessLayout.LengthSize);
        var key = new KeyInfo(frame);
        new KeyParser([]).Parse(key, type, new KeyScratch());
        return key.Family is not null && known.Add(text);
    }
}
