namespace DynamoAspire.Cli.Watch;

/// <summary>One line of the table.</summary>
/// <param name="Series">Name and labels, fit for a terminal.</param>
/// <param name="Value">Value of now.</param>
/// <param name="Rate">Increase per second since the reading before; null where there is none to tell.</param>
/// <param name="Changed">Whether the value differs from the reading before.</param>
internal readonly record struct WatchRow(string Series, double Value, double? Rate, bool Changed);
