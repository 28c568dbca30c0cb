namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>How a killed engine answers over HTTP.</summary>
internal enum EngineOutage
{
    /// <summary>It is up.</summary>
    None = 0,

    /// <summary>Connections are cut, as if the process were gone.</summary>
    Drop,

    /// <summary>Status 500: the API server lives, the engine behind it does not.</summary>
    Error,
}
