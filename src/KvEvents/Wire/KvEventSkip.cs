namespace DynamoAspire.KvEvents.Wire;

/// <summary>An event that was left out.</summary>
/// <param name="Index">Its position in the batch as sent.</param>
/// <param name="Reason">Why.</param>
/// <param name="Field">Name of the field that was missing or wrong, or empty.</param>
public readonly record struct KvEventSkip(int Index, KvSkipReason Reason, string Field);
