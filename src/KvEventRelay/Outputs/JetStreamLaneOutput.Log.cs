using DynamoAspire.Engines;

namespace DynamoAspire.KvEventRelay.Outputs;

/// <content>Log lines.</content>
internal sealed partial class JetStreamLaneOutput
{
    [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "Lane {Lane}: cannot publish to JetStream ({Reason}); trying again in {Seconds} s")]
    private partial void LogPublishing(EngineRank lane, string reason, double seconds);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Lane {Lane}: JetStream refused a message ({Reason}, {Code}); it is published again")]
    private partial void LogRefused(EngineRank lane, string reason, int code);

    [LoggerMessage(EventId = 122, Level = LogLevel.Error, Message = "Lane {Lane}: a message of {Bytes} bytes is larger than the NATS server accepts ({Limit}); it is given up and the lane starts over. Lower Relay:MaxBlocksPerMessage, or raise the server's max_payload")]
    private partial void LogTooLarge(EngineRank lane, int bytes, int limit);
}
