using System.Buffers;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Takes what a callback writes, up to a bound; throws <see cref="OverflowException"/> beyond it, so that the callback stops too.</summary>
internal sealed class BoundedBuffer(long limit) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _inner = new();

    internal ReadOnlySpan<byte> Written => _inner.WrittenSpan;

    public void Advance(int count)
    {
        _inner.Advance(count);
        Check(0);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Check(sizeHint);
        return _inner.GetMemory(sizeHint);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Check(sizeHint);
        return _inner.GetSpan(sizeHint);
    }

    internal void Reset() => _inner.ResetWrittenCount();

    private void Check(int more)
    {
        if (limit > 0 && _inner.WrittenCount + (long)more > limit)
        {
            throw new OverflowException($"more than {limit} bytes");
        }
    }
}
