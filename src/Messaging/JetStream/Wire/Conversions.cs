using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoAspire.Messaging.JetStream.Wire;

/// <summary>Between the public types and the API's JSON. Durations travel as nanoseconds.</summary>
internal static class Conversions
{
    private const long NanosecondsPerTick = 100;

    public static long? Nanoseconds(TimeSpan? value) => value?.Ticks * NanosecondsPerTick;

    public static ApiStreamConfig ToApi(StreamConfig config) => new()
    {
        Name = config.Name,
        Description = config.Description,
        Subjects = config.Subjects is null ? null : [.. config.Subjects],
        Retention = config.Retention switch { null => null, StreamRetention.Interest => "interest", StreamRetention.WorkQueue => "workqueue", _ => "limits" },
        Storage = config.Storage switch { null => null, StreamStorage.Memory => "memory", _ => "file" },
        Discard = config.Discard switch { null => null, StreamDiscard.New => "new", _ => "old" },
        MaxAge = Nanoseconds(config.MaxAge),
        MaxMsgs = config.MaxMessages,
        MaxMsgsPerSubject = config.MaxMessagesPerSubject,
        MaxBytes = config.MaxBytes,
        MaxMsgSize = config.MaxMessageSize,
        MaxConsumers = config.MaxConsumers,
        NumReplicas = config.Replicas,
        DuplicateWindow = Nanoseconds(config.DuplicateWindow),
        AllowDirect = config.AllowDirect,
        AllowRollupHdrs = config.AllowRollup,
        DenyDelete = config.DenyDelete,
    };

    /// <summary>For creation the server insists on a few fields.</summary>
    public static ApiStreamConfig ToNewApi(StreamConfig config)
    {
        var api = ToApi(config);
        return api with
        {
            Subjects = api.Subjects ?? [config.Name],
            Retention = api.Retention ?? "limits",
            Storage = api.Storage ?? "file",
            Discard = api.Discard ?? "old",
            MaxMsgs = api.MaxMsgs ?? -1,
            MaxMsgsPerSubject = api.MaxMsgsPerSubject ?? -1,
            MaxBytes = api.MaxBytes ?? -1,
            MaxMsgSize = api.MaxMsgSize ?? -1,
            MaxConsumers = api.MaxConsumers ?? -1,
            NumReplicas = api.NumReplicas ?? 1,
        };
    }

    public static StreamInfo ToPublic(ApiStreamInfo info)
    {
        var config = info.Config.Deserialize(ApiJson.Default.ApiStreamConfig) ?? new ApiStreamConfig();
        return new StreamInfo
        {
            Created = info.Created,
            Messages = info.State?.Messages ?? 0,
            Bytes = info.State?.Bytes ?? 0,
            FirstSequence = info.State?.FirstSeq ?? 0,
            LastSequence = info.State?.LastSeq ?? 0,
            Consumers = info.State?.ConsumerCount ?? 0,
            Config = new StreamConfig
            {
                Name = config.Name ?? "",
                Description = config.Description,
                Subjects = config.Subjects ?? [],
                Retention = config.Retention switch { "interest" => StreamRetention.Interest, "workqueue" => StreamRetention.WorkQueue, "limits" => StreamRetention.Limits, _ => null },
                Storage = config.Storage switch { "memory" => StreamStorage.Memory, "file" => StreamStorage.File, _ => null },
                Discard = config.Discard switch { "new" => StreamDiscard.New, "old" => StreamDiscard.Old, _ => null },
                MaxAge = Duration(config.MaxAge ?? 0),
                MaxMessages = config.MaxMsgs,
                MaxMessagesPerSubject = config.MaxMsgsPerSubject,
                MaxBytes = config.MaxBytes,
                MaxMessageSize = config.MaxMsgSize,
                MaxConsumers = config.MaxConsumers,
                Replicas = config.NumReplicas,
                DuplicateWindow = Duration(config.DuplicateWindow ?? 0),
                AllowDirect = config.AllowDirect ?? false,
                AllowRollup = config.AllowRollupHdrs ?? false,
                DenyDelete = config.DenyDelete ?? false,
            },
        };
    }

    /// <summary>The existing configuration with what is asked for laid over it; null if that changes nothing.</summary>
    public static byte[]? Overlay(JsonElement existing, StreamConfig wanted)
    {
        var result = JsonObject.Create(existing) ?? [];
        var changed = false;
        foreach (var (name, value) in JsonSerializer.SerializeToNode(ToApi(wanted), ApiJson.Default.ApiStreamConfig)!.AsObject())
        {
            // The server leaves false and zero out.
            var was = result[name];
            if (JsonNode.DeepEquals(was, value) || (was is null && IsZero(value)))
            {
                continue;
            }

            result[name] = value?.DeepClone();
            changed = true;
        }

        return changed ? System.Text.Encoding.UTF8.GetBytes(result.ToJsonString()) : null;
    }

    private static bool IsZero(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Number => node.GetValue<long>() == 0,
        JsonValueKind.String => node.GetValue<string>().Length == 0,
        _ => false,
    };

    private static TimeSpan Duration(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);
}
