namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>The words for gauge modes in file names.</summary>
internal static class GaugeModes
{
    private static readonly string[] s_words = ["all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent"];

    internal static string Word(GaugeMode mode) => s_words[(int)mode];

    internal static bool TryParse(ReadOnlySpan<char> word, out GaugeMode mode)
    {
        for (var i = 0; i < s_words.Length; i++)
        {
            if (word.SequenceEqual(s_words[i]))
            {
                mode = (GaugeMode)i;
                return true;
            }
        }

        mode = GaugeMode.All;
        return false;
    }

    internal static bool IsLive(GaugeMode mode) => mode is GaugeMode.LiveAll or GaugeMode.LiveMin or GaugeMode.LiveMax or GaugeMode.LiveSum or GaugeMode.LiveMostRecent;

    /// <summary>The mode without its <c>Live</c>: what the merge depends on.</summary>
    internal static GaugeMode Plain(GaugeMode mode) => IsLive(mode) ? mode - 1 : mode;
}
