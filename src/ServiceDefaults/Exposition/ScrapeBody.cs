using System.Buffers;
using System.IO.Compression;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>A rendered answer, plain and compressed. Compressed into memory, not into the connection: closing a compressor writes, and must not wait for a slow client.</summary>
internal sealed class ScrapeBody : IDisposable
{
    /// <summary>A body larger than this is not kept for the next answer.</summary>
    public const int LargestKept = 4 * 1024 * 1024;

    private readonly MemoryStream _compressed = new();

    public ArrayBufferWriter<byte> Plain { get; } = new(16 * 1024);

    public bool IsWorthKeeping => Plain.Capacity <= LargestKept;

    public ReadOnlyMemory<byte> Compress()
    {
        _compressed.SetLength(0);
        using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Plain.WrittenSpan);
        }

        return _compressed.GetBuffer().AsMemory(0, (int)_compressed.Length);
    }

    public void Reset() => Plain.ResetWrittenCount();

    public void Dispose() => _compressed.Dispose();
}
