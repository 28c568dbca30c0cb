using System.Globalization;

namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>How a process takes part in a multiprocess directory.</summary>
public sealed record MultiprocessWriterOptions
{
    /// <summary>The defaults.</summary>
    public static MultiprocessWriterOptions Default { get; } = new();

    /// <summary>
    /// Last part of the file names and value of the label <c>pid</c>; the process id by default. No underscore (readers cut there), no path separator. Two writers at work must not share one.
    /// </summary>
    public string Identifier { get; init; } = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Clock for the times of most-recent gauges.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
