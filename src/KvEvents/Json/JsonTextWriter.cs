using System.Buffers;
using System.Buffers.Text;

namespace DynamoAspire.KvEvents.Json;

/// <summary>
/// Writes compact JSON made of fixed texts and numbers. For messages of known shape it is several times cheaper than a general
/// writer, and it writes unsigned 64-bit integers exactly.
/// </summary>
internal ref struct JsonTextWriter
{
    private const int LongestNumber = 20;
    private const int SpanHint = 512;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;

    internal JsonTextWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    internal void Flush()
    {
        if (_used > 0)
        {
            _output.Advance(_used);
        }

        _span = default;
        _used = 0;
    }

    /// <summary>Text that is JSON already.</summary>
    internal void Raw(ReadOnlySpan<byte> json)
    {
        Ensure(json.Length);
        json.CopyTo(_span[_used..]);
        _used += json.Length;
    }

    internal void Number(ulong value)
    {
        Ensure(LongestNumber);
        Utf8Formatter.TryFormat(value, _span[_used..], out var written);
        _used += written;
    }

    internal void Number(long value)
    {
        Ensure(LongestNumber);
        Utf8Formatter.TryFormat(value, _span[_used..], out var written);
        _used += written;
    }

    internal void NumberOrNull(ulong? value)
    {
        if (value is { } present)
        {
            Number(present);
        }
        else
        {
            Raw("null"u8);
        }
    }

    private void Ensure(int size)
    {
        if (_span.Length - _used < size)
        {
            Flush();
            _span = _output.GetSpan(Math.Max(size, SpanHint));
        }
    }
}
