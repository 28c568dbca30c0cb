using System.Buffers;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Which bytes names are made of.</summary>
internal static class NameBytes
{
    private static readonly SearchValues<byte> s_metric = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:"u8);
    private static readonly SearchValues<byte> s_label = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    /// <summary>Length of the metric name that the text begins with; 0 if there is none.</summary>
    internal static int MetricNameLength(ReadOnlySpan<byte> text) => Length(text, s_metric);

    /// <summary>Length of the label name that the text begins with; 0 if there is none.</summary>
    internal static int LabelNameLength(ReadOnlySpan<byte> text) => Length(text, s_label);

    /// <summary>Length of the characters of metric names that the text begins with, digits included: what a unit is made of.</summary>
    internal static int UnitLength(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExcept(s_metric);
        return length < 0 ? text.Length : length;
    }

    private static int Length(ReadOnlySpan<byte> text, SearchValues<byte> allowed)
    {
        if (text.IsEmpty || text[0] is >= (byte)'0' and <= (byte)'9')
        {
            return 0;
        }

        var length = text.IndexOfAnyExcept(allowed);
        return length < 0 ? text.Length : length;
    }
}
