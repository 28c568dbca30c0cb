namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>Stable names of the reasons, as values of the label <c>reason</c>.</summary>
public static class MultiprocessSkipReasons
{
    /// <summary>All reasons, in order.</summary>
    public static IReadOnlyList<MultiprocessSkipReason> All { get; } = Enum.GetValues<MultiprocessSkipReason>();

    /// <summary>Name of a reason.</summary>
    public static string Name(this MultiprocessSkipReason reason) => reason switch
    {
        MultiprocessSkipReason.ZeroLength => "zero_length",
        MultiprocessSkipReason.Torn => "torn",
        MultiprocessSkipReason.BadKey => "bad_key",
        MultiprocessSkipReason.ForeignName => "foreign_name",
        MultiprocessSkipReason.Unreadable => "unreadable",
        MultiprocessSkipReason.Vanished => "vanished",
        MultiprocessSkipReason.NotAFile => "not_a_file",
        MultiprocessSkipReason.TooLarge => "too_large",
        _ => "too_many",
    };
}
