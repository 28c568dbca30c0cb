namespace DynamoAspire.KvEvents.Queries;

/// <summary>Kinds of answers of a local indexer.</summary>
public enum KvAnswerKind
{
    /// <summary>The events asked for.</summary>
    Events = 0,

    /// <summary>The whole tree, as stored events with ids of their own.</summary>
    TreeDump,

    /// <summary>The start lies beyond the newest event.</summary>
    TooNew,

    /// <summary>The end lies before the start.</summary>
    InvalidRange,

    /// <summary>The question was put to the wrong worker or rank.</summary>
    Error,
}
