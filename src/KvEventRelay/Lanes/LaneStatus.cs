namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>A lane as <c>GET /v1/lanes</c> shows it.</summary>
internal sealed record LaneStatus
{
    public required string Lane { get; init; }

    public required string Engine { get; init; }

    public required ulong WorkerId { get; init; }

    public required uint DpRank { get; init; }

    public required LaneState State { get; init; }

    public required bool Connected { get; init; }

    public required bool Replay { get; init; }

    /// <summary>Whether everything the engine holds is known.</summary>
    public required bool Complete { get; init; }

    /// <summary>Since which sequence the lane is followed without a hole, where not from the start.</summary>
    public required ulong? PartialSince { get; init; }

    public required ulong Epoch { get; init; }

    public required ulong? Sequence { get; init; }

    public required ulong EventId { get; init; }

    public required double? LastBatchTimestamp { get; init; }

    public required int Blocks { get; init; }

    public required int BlockSize { get; init; }

    public required int ReceiveQueue { get; init; }

    public required int PublishQueue { get; init; }

    public required int PublishQueueCapacity { get; init; }
}
