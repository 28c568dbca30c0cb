using System.Runtime.InteropServices;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// A key, parsed once and shared by all files of its type that hold the same bytes. <see cref="Stamp"/> and <see cref="Slot"/> are the plan's notes on it.
/// </summary>
internal sealed class KeyInfo(byte[] frame)
{
    /// <summary>All bytes of an entry before its value: length, key, padding. Compared at every read, so that it is one comparison.</summary>
    internal byte[] Frame { get; } = frame;

    /// <summary>The key alone.</summary>
    internal ReadOnlySpan<byte> Text => Frame.AsSpan(MultiprocessLayout.LengthSize, MemoryMarshal.Read<int>(Frame));

    /// <summary>The key that followed this one when it was last met: processes of one program write the same keys in the same order.</summary>
    internal KeyInfo? Next { get; set; }

    /// <summary>The family, or null for a key that could not be parsed: its entry is skipped.</summary>
    internal FamilyInfo? Family { get; set; }

    internal byte[] Help { get; set; } = [];

    internal byte[] SampleName { get; set; } = [];

    /// <summary>Labels, sorted by name, without <c>le</c>, with those that the options add.</summary>
    internal KeyLabel[] Labels { get; set; } = [];

    /// <summary>Upper bound of a histogram's bucket; NaN for other entries.</summary>
    internal double Bound { get; set; } = double.NaN;

    internal bool IsBucket => !double.IsNaN(Bound);

    /// <summary>Series of the entry in the modes without <c>pid</c>, and of everything that is no gauge.</summary>
    internal Series? Series { get; set; }

    /// <summary>Number of the plan that <see cref="Slot"/> belongs to.</summary>
    internal int Stamp { get; set; }

    internal int Slot { get; set; }
}
