using System.IO.Compression;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>A rendered answer, plain and compressed. Compressed into memory, not into the connection: closing a compressor writes, and must not wait for a slow client.</summary>
internal sealed class ScrapeBody : IDisposable
{
    /// <summary>A compressed body larger than this is not kept for the next answer.</summary>
    public const int LargestKept = 4 * 1024 * 1024;

    private readonly MemoryStream _compressed = new();

    public SegmentedBuffer Plain { get; } = new();

    public bool IsWorthKeeping => _compressed.Capacity <= LargestKept;

    public ReadOnlyMemory<byte> Compress()
    {
        _compressed.SetLength(0);
        using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var segment in Plain.Segments())
            {
                gzip.Write(segment.Span);
            }
        }

        return _compressed.GetBuffer().AsMemory(0, (int)_compressed.Length);
    }

    public void Reset() => Plain.Reset();

    public void Dispose()
    {
        Plain.Reset();
        _compressed.Dispose();
    }
}
