namespace DynamoAspire.Metrics.Model;

/// <summary>Where a source has its values from; decides who wins when two sources of one origin report the same family.</summary>
public enum MetricSourceKind
{
    /// <summary>The memory of one process: a registry, a scrape.</summary>
    InMemory,

    /// <summary>Files in which all processes of an engine add up: complete, where memory is one process's part.</summary>
    FileBacked,
}
