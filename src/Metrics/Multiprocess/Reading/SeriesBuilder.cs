using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Puts the written form of a series together from labels that are sorted already. Keeps its buffer; one thread.</summary>
internal sealed class SeriesBuilder
{
    private byte[] _buffer = new byte[512];

    /// <summary>The text; valid until the next call.</summary>
    /// <param name="name">Name of the sample.</param>
    /// <param name="labels">Labels, sorted by name. One that has the name of <paramref name="extra"/> is left out.</param>
    /// <param name="extra">A label that is written at its place among the others; only left out if <paramref name="extraValue"/> is null.</param>
    /// <param name="extraValue">Its value.</param>
    /// <param name="hasExtra">Whether it is written.</param>
    internal ReadOnlySpan<byte> Text(ReadOnlySpan<byte> name, ReadOnlySpan<KeyLabel> labels, ReadOnlySpan<byte> extra = default, ReadOnlySpan<byte> extraValue = default, bool hasExtra = false)
    {
        var size = name.Length + extra.Length + (extraValue.Length * 2) + 8;
        foreach (var label in labels)
        {
            size += label.Name.Length + (label.Value.Length * 2) + 4;
        }

        if (_buffer.Length < size)
        {
            _buffer = new byte[size * 2];
        }

        name.CopyTo(_buffer);
        var at = name.Length;
        var first = true;
        var pending = hasExtra;
        foreach (var label in labels)
        {
            var order = extra.Length == 0 ? -1 : label.Name.AsSpan().SequenceCompareTo(extra);
            if (order == 0)
            {
                continue;
            }

            if (pending && order > 0)
            {
                Write(extra, extraValue, ref at, ref first);
                pending = false;
            }

            Write(label.Name, label.Value, ref at, ref first);
        }

        if (pending)
        {
            Write(extra, extraValue, ref at, ref first);
        }

        if (!first)
        {
            _buffer[at++] = (byte)'}';
        }

        return _buffer.AsSpan(0, at);
    }

    private void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref int at, ref bool first)
    {
        _buffer[at++] = first ? (byte)'{' : (byte)',';
        first = false;
        at += LabelText.Write(name, value, _buffer.AsSpan(at));
    }
}
