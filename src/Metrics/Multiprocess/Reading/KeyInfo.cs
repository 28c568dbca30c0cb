using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// A key, parsed once and shared by all files of its type that hold the same bytes. <see cref="Stamp"/> and <see cref="Slot"/> are the plan's notes on it.
/// </summary>
internal sealed class KeyInfo
{
    internal required byte[] Raw { get; init; }

    /// <summary>The family, or null for a key that could not be parsed: its entry is skipped.</summary>
    internal FamilyInfo? Family { get; init; }

    internal byte[] Help { get; init; } = [];

    internal byte[] SampleName { get; init; } = [];

    internal LabelSet Labels { get; init; } = new();

    /// <summary>Upper bound of a histogram's bucket; NaN for other entries.</summary>
    internal double Bound { get; init; } = double.NaN;

    internal bool IsBucket => !double.IsNaN(Bound);

    /// <summary>Series of the entry in the modes without <c>pid</c>, and of everything that is no gauge.</summary>
    internal Series? Series { get; set; }

    /// <summary>Number of the plan that <see cref="Slot"/> belongs to.</summary>
    internal int Stamp { get; set; }

    internal int Slot { get; set; }
}
