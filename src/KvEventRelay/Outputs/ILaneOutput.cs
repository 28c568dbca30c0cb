using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEventRelay.Outputs;

/// <summary>Where one lane's events go. <see cref="TryPublish"/> and <see cref="WaitForRoomAsync"/> are called by the lane alone; the counters by anybody.</summary>
internal interface ILaneOutput
{
    /// <summary>Messages waiting for their fate.</summary>
    int Depth { get; }

    /// <summary>Bound of <see cref="Depth"/>.</summary>
    int Capacity { get; }

    /// <summary>Bytes waiting for their fate.</summary>
    long Bytes { get; }

    /// <summary>Messages that can never be delivered and were given up. When it grows, the lane's readers lack something.</summary>
    long Undeliverable { get; }

    /// <summary>Takes an event over, in order. False when the queue is full: nothing was taken.</summary>
    /// <param name="routerEvent">The event; encoded before the call returns.</param>
    /// <param name="messageId">Identity by which a repetition is recognised (UTF-8).</param>
    bool TryPublish(RouterEvent routerEvent, ReadOnlySpan<byte> messageId);

    /// <summary>Returns when the queue has room.</summary>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>Delivers until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Waits until everything taken over is delivered, or delivery is out of reach for now.</summary>
    ValueTask DrainAsync(CancellationToken cancellationToken);
}

/// <summary>A kind of output; makes one for each lane.</summary>
internal interface IEventOutput
{
    /// <summary>Name in logs and metrics; one of a closed set.</summary>
    string Name { get; }

    ILaneOutput CreateLane(Engines.EngineRank rank);
}
