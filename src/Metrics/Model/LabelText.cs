using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Model;

/// <summary>The written form of one label: <c>name="value"</c>, where <c>\</c>, <c>"</c> and the line feed of the value are escaped and nothing else is. A name that is not plain stands in quotes.</summary>
internal static class LabelText
{
    /// <summary>Writes the label; the destination holds at least 2 × (name + value) + 5 bytes.</summary>
    internal static int Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        var at = WriteName(name, allowColon: false, destination);
        destination[at++] = (byte)'=';
        return at + WriteQuoted(value, destination[at..]);
    }

    /// <summary>Writes a name, in quotes if it has to be.</summary>
    internal static int WriteName(ReadOnlySpan<byte> name, bool allowColon, Span<byte> destination)
    {
        if (!PlainNames.IsPlain(name, allowColon))
        {
            return WriteQuoted(name, destination);
        }

        name.CopyTo(destination);
        return name.Length;
    }

    internal static int WriteQuoted(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        var at = 1 + Escape(text, destination[1..]);
        destination[at] = (byte)'"';
        return at + 1;
    }

    internal static int Escape(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        if (value.IndexOfAny((byte)'\\', (byte)'"', (byte)'\n') < 0)
        {
            value.CopyTo(destination);
            return value.Length;
        }

        var at = 0;
        foreach (var b in value)
        {
            switch (b)
            {
                case (byte)'\n':
                    destination[at++] = (byte)'\\';
                    destination[at++] = (byte)'n';
                    break;
                case (byte)'\\' or (byte)'"':
                    destination[at++] = (byte)'\\';
                    destination[at++] = b;
                    break;
                default:
                    destination[at++] = b;
                    break;
            }
        }

        return at;
    }
}
