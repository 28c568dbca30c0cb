namespace DynamoAspire.StatPublisher.Loads;

/// <summary>The number of blocks in use that a usage stands for.</summary>
internal static class UsedBlocks
{
    /// <summary>
    /// trunc(blocks × usage), clamped to 0…blocks. Engines were seen to report a negative usage while they start, and a little more than 1.
    /// </summary>
    /// <param name="blocks">Blocks on the device.</param>
    /// <param name="usage">Share in use.</param>
    /// <param name="used">Blocks in use.</param>
    /// <param name="clamped">Whether the usage was outside 0…1.</param>
    /// <returns>False if the usage is not a number: that is no reading, and 0 in its place would look idle and draw traffic.</returns>
    public static bool TryFrom(ulong blocks, double usage, out ulong used, out bool clamped)
    {
        clamped = usage is < 0 or > 1;
        used = usage <= 0 ? 0
            : usage >= 1 ? blocks
            : Math.Min(blocks, (ulong)(blocks * usage));
        return !double.IsNaN(usage);
    }
}
