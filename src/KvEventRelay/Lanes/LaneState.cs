namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>What a lane is doing.</summary>
internal enum LaneState
{
    /// <summary>Nothing was heard of the engine yet.</summary>
    Waiting = 0,

    /// <summary>Follows the live batches.</summary>
    Live,

    /// <summary>Waits for a replay; live batches are held meanwhile.</summary>
    Recovering,

    /// <summary>Waits for room in an output, so the engine is not read.</summary>
    Blocked,

    /// <summary>Ended.</summary>
    Stopped,
}
