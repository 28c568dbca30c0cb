using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Registry;

/// <summary>What an exposition callback may cost, and what it writes.</summary>
public sealed record ExpositionCallbackOptions
{
    /// <summary>The defaults.</summary>
    public static ExpositionCallbackOptions Default { get; } = new();

    /// <summary>Longest time a scrape waits for the callback and the parsing of its text, counted from the scrape's begin of the callbacks: several wait side by side.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Format of the text.</summary>
    public ExpositionFormat Format { get; init; } = ExpositionFormat.Text;

    /// <summary>Labels of series that do not have them.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>Bounds on the text. Beyond them all of it is left out.</summary>
    public ExpositionLimits Limits { get; init; } = ExpositionLimits.Default;

    /// <summary>Clock of the time limit.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
