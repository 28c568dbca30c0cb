using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>What a file's name says: <c>&lt;type&gt;_&lt;id&gt;.db</c>, for gauges <c>gauge_&lt;mode&gt;_&lt;id&gt;.db</c>.</summary>
/// <param name="Type">Type of all families in it.</param>
/// <param name="Mode">Mode of its gauges. An unknown mode counts as <see cref="GaugeMode.All"/>, as in the reference.</param>
/// <param name="Pid">Value of the label <c>pid</c> of its gauges; the reference cuts an identifier at its first underscore and then takes three characters off.</param>
internal readonly record struct MultiprocessFileName(MetricType Type, GaugeMode Mode, string Pid)
{
    internal const string Extension = ".db";

    internal static ReadOnlySpan<byte> ExtensionUtf8 => ".db"u8;

    /// <summary>Reads a name; false if it is of another program.</summary>
    internal static bool TryParse(string name, out MultiprocessFileName result)
    {
        result = default;
        var parts = name.Split('_');
        if (!name.EndsWith(Extension, StringComparison.Ordinal) || parts.Length < 2 || !MetricTypeNames.TryParse(Encoding.UTF8.GetBytes(parts[0]), out var type))
        {
            return false;
        }

        if (type != MetricType.Gauge)
        {
            result = new MultiprocessFileName(type, GaugeMode.All, "");
            return true;
        }

        if (parts.Length < 3)
        {
            return false;
        }

        var mode = GaugeModes.TryParse(parts[1], out var known) ? known : GaugeMode.All;
        var pid = parts[2].Length > Extension.Length ? parts[2][..^Extension.Length] : "";
        result = new MultiprocessFileName(type, mode, pid);
        return true;
    }
}
