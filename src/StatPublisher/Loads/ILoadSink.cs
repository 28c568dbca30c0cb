namespace DynamoAspire.StatPublisher.Loads;

/// <summary>Where the loads of one rank go. Called under the rank's lock, one call at a time; never blocks.</summary>
internal interface ILoadSink
{
    /// <summary>Publishes a load; false: try again later.</summary>
    bool TryPublish(ulong usedBlocks);

    /// <summary>Says that the load is not known any more; false: try again later.</summary>
    bool TryWithdraw();
}
