namespace DynamoAspire.StatPublisher;

/// <summary>Why the load of a rank is not known any more.</summary>
internal enum WithdrawalReason
{
    /// <summary>The engine's health says that it is dead.</summary>
    EngineDead,

    /// <summary>No records for too long, and nothing else that says it lives.</summary>
    Silent,
}
