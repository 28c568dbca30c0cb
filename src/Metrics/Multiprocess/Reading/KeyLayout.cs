namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// A sequence of keys that several files begin with: processes of one program write the same keys in the same order, so what is known of the keys is kept once for all of them.
/// Never changed; a file that goes other ways makes its own.
/// </summary>
internal sealed class KeyLayout(KeyInfo[] keys)
{
    internal KeyInfo[] Keys { get; } = keys;

    /// <summary>Where the plan of number <see cref="SlotsStamp"/> wants the values of the first <see cref="SlotsCount"/> entries, whatever file they stand in.</summary>
    internal int[] Slots { get; set; } = [];

    internal int SlotsStamp { get; set; }

    internal int SlotsCount { get; set; }

    /// <summary>Number of the plan that has looked at the keys, how many of them, and as what.</summary>
    internal (int Stamp, int Count, GaugeMode Mode) Surveyed { get; set; }
}
