namespace DynamoAspire.Metrics.Registry;

/// <summary>One failure of something that a registry calls; the scrape went on without it.</summary>
/// <param name="Owner">Owner of the registry it is registered in.</param>
/// <param name="Callback">Its name, or that of the metric or source.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">More, in words; empty if there is none.</param>
/// <param name="Error">What it threw, if it did.</param>
public sealed record CallbackFailure(string Owner, string Callback, CallbackFailureReason Reason, string Detail = "", Exception? Error = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"'{Callback}' of '{Owner}': {Reason.Name()}{(Detail.Length > 0 ? $" ({Detail})" : "")}{(Error is null ? "" : $": {Error.Message}")}";
}
