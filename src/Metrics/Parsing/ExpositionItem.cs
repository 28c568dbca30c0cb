namespace DynamoAspire.Metrics.Parsing;

/// <summary>What <see cref="ExpositionReader.Read"/> has come upon.</summary>
public enum ExpositionItem
{
    /// <summary>Nothing yet, or the end.</summary>
    None,

    /// <summary><c># HELP name text</c>: <see cref="ExpositionReader.Name"/>, <see cref="ExpositionReader.Text"/> (escaped).</summary>
    Help,

    /// <summary><c># TYPE name type</c>: <see cref="ExpositionReader.Name"/>, <see cref="ExpositionReader.Type"/>.</summary>
    Type,

    /// <summary><c># UNIT name unit</c>: <see cref="ExpositionReader.Name"/>, <see cref="ExpositionReader.Text"/>.</summary>
    Unit,

    /// <summary>A sample: <see cref="ExpositionReader.Name"/>, <see cref="ExpositionReader.Labels"/>, <see cref="ExpositionReader.Value"/>, <see cref="ExpositionReader.Timestamp"/>.</summary>
    Sample,

    /// <summary><c># EOF</c> of OpenMetrics.</summary>
    Eof,

    /// <summary>A line that is not of the format: <see cref="ExpositionReader.Error"/>. Reading on skips it.</summary>
    Error,
}
