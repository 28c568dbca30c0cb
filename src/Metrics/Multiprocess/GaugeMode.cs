namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>How the values that several processes have for one gauge become what is reported. The <c>Live</c> ones differ only in that their file goes when the process does.</summary>
public enum GaugeMode
{
    /// <summary>One series per process, with the label <c>pid</c>.</summary>
    All,

    /// <summary>As <see cref="All"/>, live processes only.</summary>
    LiveAll,

    /// <summary>Smallest value.</summary>
    Min,

    /// <summary>As <see cref="Min"/>, live processes only.</summary>
    LiveMin,

    /// <summary>Largest value.</summary>
    Max,

    /// <summary>As <see cref="Max"/>, live processes only.</summary>
    LiveMax,

    /// <summary>Sum of the values.</summary>
    Sum,

    /// <summary>As <see cref="Sum"/>, live processes only.</summary>
    LiveSum,

    /// <summary>The value set last; never set, never reported.</summary>
    MostRecent,

    /// <summary>As <see cref="MostRecent"/>, live processes only.</summary>
    LiveMostRecent,
}
