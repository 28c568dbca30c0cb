using DynamoAspire.Engines;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <content>Log lines.</content>
internal sealed partial class Lane
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Lane {Lane}: batches from {Expected} on are missing before {Sequence}; {What}")]
    private partial void LogGap(EngineRank lane, ulong expected, ulong sequence, string what);

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "Lane {Lane}: {Count} batches replayed (asked from {From}, now at {Last})")]
    private partial void LogReplayed(EngineRank lane, long count, ulong from, ulong last);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Lane {Lane}: no replay from {Address} in time; not asking again for {Seconds} s. Is Engines:…:KvReplay the engine's replay_endpoint?")]
    private partial void LogReplayTimedOut(EngineRank lane, string address, double seconds);

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "Lane {Lane}: batches {Expected} to before {Next} are lost: {Reason}. Published cleared; what the engine stored before is not known until it stores it again")]
    private partial void LogHole(EngineRank lane, ulong expected, ulong next, string reason);

    [LoggerMessage(EventId = 104, Level = LogLevel.Warning, Message = "Lane {Lane}: the engine restarted (sequence {Last}, then {Sequence}); published cleared and starting over")]
    private partial void LogEngineRestart(EngineRank lane, ulong last, ulong sequence);

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, Message = "Lane {Lane}: the engine restarted (its batch {Last} is another one now); published cleared and starting over")]
    private partial void LogEngineRestartFound(EngineRank lane, ulong last);

    [LoggerMessage(EventId = 106, Level = LogLevel.Warning, Message = "Lane {Lane}: batch {Sequence} cannot be decoded ({Reason}): what it said is lost. Published cleared; what the engine stored before is not known until it stores it again")]
    private partial void LogUndecodable(EngineRank lane, ulong sequence, string reason);

    [LoggerMessage(EventId = 107, Level = LogLevel.Warning, Message = "Lane {Lane}: batch {Sequence}, event {Index} is left out ({Reason} {Field}); further ones of this reason are only counted for a while")]
    private partial void LogSkipped(EngineRank lane, ulong sequence, int index, KvSkipReason reason, string field);

    [LoggerMessage(EventId = 108, Level = LogLevel.Warning, Message = "Lane {Lane}: stored blocks cannot be converted ({Reason}): the engine's block size is {Sent}, Engines:…:BlockSize says {Configured}; further ones of this reason are only counted for a while")]
    private partial void LogConversion(EngineRank lane, KvConversionIssue reason, long sent, int configured);
}
