namespace DynamoAspire.Metrics.Model;

/// <summary>The written form of one label: <c>name="value"</c>, where <c>\</c>, <c>"</c> and the line feed of the value are escaped and nothing else is.</summary>
internal static class LabelText
{
    /// <summary>Writes the label; the destination holds at least name + 2 × value + 3 bytes.</summary>
    internal static int Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        name.CopyTo(destination);
        var at = name.Length;
        destination[at++] = (byte)'=';
        destination[at++] = (byte)'"';
        at += Escape(value, destination[at..]);
        destination[at++] = (byte)'"';
        return at;
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
