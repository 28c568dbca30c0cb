namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>An image, video or sound inside a block.</summary>
/// <param name="Hash">Hash of its content.</param>
/// <param name="OffsetStart">Start of its offsets in <see cref="RouterEvent.MediaOffsets"/>.</param>
/// <param name="OffsetCount">Number of its offsets.</param>
public readonly record struct MediaObject(ulong Hash, int OffsetStart, int OffsetCount);

/// <summary>Tokens that a medium takes.</summary>
/// <param name="Start">First.</param>
/// <param name="End">End.</param>
public readonly record struct MediaOffset(ulong Start, ulong End);
