using System.Text.Json.Serialization;

namespace DynamoAspire.Messaging.JetStream.Wire;

/// <summary>JSON of the JetStream API (nats-io/jsm.go: schemas). Enumerations are texts here, so that a value of a newer server is no error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStreamConfig))]
[JsonSerializable(typeof(ApiStreamInfo))]
[JsonSerializable(typeof(ApiResult))]
[JsonSerializable(typeof(ApiPurgeRequest))]
[JsonSerializable(typeof(ApiMessageGet))]
[JsonSerializable(typeof(ApiMessageGetResponse))]
[JsonSerializable(typeof(ApiConsumerCreate))]
[JsonSerializable(typeof(ApiConsumerInfo))]
[JsonSerializable(typeof(ApiConsumerNames))]
[JsonSerializable(typeof(ApiPage))]
[JsonSerializable(typeof(ApiPull))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal sealed record ApiError(int Code, int ErrCode, string? Description);

/// <summary>What every response may carry.</summary>
internal record ApiResponse
{
    public ApiError? Error { get; init; }
}

internal sealed record ApiResult : ApiResponse
{
    public bool? Success { get; init; }

    public ulong? Purged { get; init; }
}

internal sealed record ApiStreamConfig
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public string[]? Subjects { get; init; }

    public string? Retention { get; init; }

    public string? Storage { get; init; }

    public string? Discard { get; init; }

    public long? MaxAge { get; init; }

    public long? MaxMsgs { get; init; }

    public long? MaxMsgsPerSubject { get; init; }

    public long? MaxBytes { get; init; }

    public int? MaxMsgSize { get; init; }

    public int? MaxConsumers { get; init; }

    public int? NumReplicas { get; init; }

    public long? DuplicateWindow { get; init; }

    public bool? AllowDirect { get; init; }

    public bool? AllowRollupHdrs { get; init; }

    public bool? DenyDelete { get; init; }
}

internal sealed record ApiStreamInfo : ApiResponse
{
    /// <summary>Kept as it came: an update must repeat what this client does not know.</summary>
    public System.Text.Json.JsonElement Config { get; init; }

    public DateTimeOffset Created { get; init; }

    public ApiStreamState? State { get; init; }
}

internal sealed record ApiStreamState
{
    public ulong Messages { get; init; }

    public ulong Bytes { get; init; }

    public ulong FirstSeq { get; init; }

    public ulong LastSeq { get; init; }

    public int ConsumerCount { get; init; }
}

internal sealed record ApiPurgeRequest(string? Filter, ulong? Seq, ulong? Keep);

internal sealed record ApiMessageGet(ulong? Seq, string? LastBySubj);

internal sealed record ApiMessageGetResponse : ApiResponse
{
    public ApiStoredMessage? Message { get; init; }
}

internal sealed record ApiStoredMessage
{
    public string Subject { get; init; } = "";

    public ulong Seq { get; init; }

    public byte[]? Hdrs { get; init; }

    public byte[]? Data { get; init; }

    public DateTimeOffset Time { get; init; }
}

internal sealed record ApiConsumerCreate(string StreamName, ApiConsumerConfig Config);

internal sealed record ApiConsumerConfig
{
    public string? Name { get; init; }

    public string? DurableName { get; init; }

    public string? Description { get; init; }

    public string? DeliverPolicy { get; init; }

    public ulong? OptStartSeq { get; init; }

    public DateTimeOffset? OptStartTime { get; init; }

    public string? AckPolicy { get; init; }

    public long? AckWait { get; init; }

    public int? MaxDeliver { get; init; }

    public string? FilterSubject { get; init; }

    public string? ReplayPolicy { get; init; }

    public int? MaxAckPending { get; init; }

    public long? InactiveThreshold { get; init; }

    public bool? HeadersOnly { get; init; }

    public int? NumReplicas { get; init; }

    public bool? MemStorage { get; init; }
}

internal sealed record ApiConsumerInfo : ApiResponse
{
    public string StreamName { get; init; } = "";

    public string Name { get; init; } = "";

    public ApiSequencePair? Delivered { get; init; }

    public ApiSequencePair? AckFloor { get; init; }

    public int NumAckPending { get; init; }

    public int NumRedelivered { get; init; }

    public ulong NumPending { get; init; }
}

internal sealed record ApiSequencePair(ulong ConsumerSeq, ulong StreamSeq);

internal sealed record ApiPage(int Offset);

internal sealed record ApiConsumerNames : ApiResponse
{
    public int Total { get; init; }

    public string[]? Consumers { get; init; }
}

internal sealed record ApiPull(int Batch, long? Expires, bool? NoWait, long? IdleHeartbeat);
