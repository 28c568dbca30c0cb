using System.Buffers;
using System.Collections.Concurrent;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>
/// A buffer that grows by segments. One contiguous array would be copied as it doubles and leave its halves to the collector: with a body of 20 MiB each second the process would hold
/// several times that. Segments are kept for the next answer, up to a bound that all buffers share.
/// </summary>
internal sealed class SegmentedBuffer : IBufferWriter<byte>
{
    private const int SegmentSize = 256 * 1024;
    private const int MaxKept = 128;
    private static readonly ConcurrentBag<byte[]> s_free = [];
    private static int s_kept;
    private readonly List<(byte[] Array, int Length)> _full = [];
    private byte[] _current = [];
    private int _at;
    private long _before;

    /// <summary>Bytes written.</summary>
    public long Length => _before + _at;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _current.Length - _at);
        _at += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _current.AsMemory(_at);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _current.AsSpan(_at);
    }

    /// <summary>What was written, in order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Segments()
    {
        foreach (var (array, length) in _full)
        {
            yield return array.AsMemory(0, length);
        }

        if (_at > 0)
        {
            yield return _current.AsMemory(0, _at);
        }
    }

    /// <summary>Forgets what was written and gives the segments back.</summary>
    public void Reset()
    {
        foreach (var (array, _) in _full)
        {
            Return(array);
        }

        _full.Clear();
        Return(_current);
        (_current, _at, _before) = ([], 0, 0);
    }

    private void Ensure(int size)
    {
        if (_current.Length - _at >= Math.Max(size, 1))
        {
            return;
        }

        if (_at > 0)
        {
            _full.Add((_current, _at));
            _before += _at;
        }
        else
        {
            Return(_current);
        }

        _current = Rent(size);
        _at = 0;
    }

    private static byte[] Rent(int size)
    {
        if (size > SegmentSize)
        {
            return new byte[size];
        }

        if (s_free.TryTake(out var kept))
        {
            Interlocked.Decrement(ref s_kept);
            return kept;
        }

        return GC.AllocateUninitializedArray<byte>(SegmentSize);
    }

    private static void Return(byte[] segment)
    {
        if (segment.Length != SegmentSize)
        {
            return;
        }

        if (Interlocked.Increment(ref s_kept) > MaxKept)
        {
            Interlocked.Decrement(ref s_kept);
            return;
        }

        s_free.Add(segment);
    }
}
