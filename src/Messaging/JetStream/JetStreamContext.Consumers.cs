using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <content>Consumers.</content>
public sealed partial class JetStreamContext
{
    private static readonly TimeSpan s_ephemeralThreshold = TimeSpan.FromSeconds(30);

    /// <summary>Creates a pull consumer, or takes the existing one of that name with the same configuration.</summary>
    public async ValueTask<JetStreamConsumer> CreateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        CheckName(stream, "stream");
        var name = config.Name ?? "c" + Guid.NewGuid().ToString("N");
        CheckName(name, "consumer");
        var request = new ApiConsumerCreate(stream, ToApi(config, name));
        var info = await CallAsync($"CONSUMER.CREATE.{stream}.{name}", request, ApiJson.Default.ApiConsumerCreate, ApiJson.Default.ApiConsumerInfo, cancellationToken).ConfigureAwait(false);
        return await JetStreamConsumer.CreateAsync(this, ToPublic(info), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The existing consumer of that name, or null.</summary>
    public async ValueTask<JetStreamConsumer?> GetConsumerAsync(string stream, string name, CancellationToken cancellationToken = default) =>
        await GetConsumerInfoAsync(stream, name, cancellationToken).ConfigureAwait(false) is { } info
            ? await JetStreamConsumer.CreateAsync(this, info, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>What the server says about a consumer, or null if there is none of that name.</summary>
    public async ValueTask<ConsumerInfo?> GetConsumerInfoAsync(string stream, string name, CancellationToken cancellationToken = default)
    {
        CheckName(stream, "stream");
        CheckName(name, "consumer");
        try
        {
            return ToPublic(await CallAsync($"CONSUMER.INFO.{stream}.{name}", default, ApiJson.Default.ApiConsumerInfo, cancellationToken).ConfigureAwait(false));
        }
        catch (NatsException e) when (e.Code == JetStreamErrorCodes.ConsumerNotFound)
        {
            return null;
        }
    }

    /// <summary>Names of all consumers of a stream.</summary>
    public async ValueTask<IReadOnlyList<string>> ListConsumersAsync(string stream, CancellationToken cancellationToken = default)
    {
        CheckName(stream, "stream");
        var names = new List<string>();
        while (true)
        {
            var page = await CallAsync("CONSUMER.NAMES." + stream, new ApiPage(names.Count), ApiJson.Default.ApiPage, ApiJson.Default.ApiConsumerNames, cancellationToken).ConfigureAwait(false);
            names.AddRange(page.Consumers ?? []);
            if (page.Consumers is not { Length: > 0 } || names.Count >= page.Total)
            {
                return names;
            }
        }
    }

    /// <summary>Deletes a consumer; false if there is none of that name.</summary>
    public async ValueTask<bool> DeleteConsumerAsync(string stream, string name, CancellationToken cancellationToken = default)
    {
        CheckName(stream, "stream");
        CheckName(name, "consumer");
        try
        {
            await CallAsync($"CONSUMER.DELETE.{stream}.{name}", default, ApiJson.Default.ApiResult, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NatsException e) when (e.Code == JetStreamErrorCodes.ConsumerNotFound)
        {
            return false;
        }
    }

    private static ApiConsumerConfig ToApi(ConsumerConfig config, string name) => new()
    {
        Name = name,
        DurableName = config.Durable ? name : null,
        Description = config.Description,
        FilterSubject = config.FilterSubject,
        DeliverPolicy = config.DeliverPolicy switch
        {
            DeliverPolicy.Last => "last",
            DeliverPolicy.LastPerSubject => "last_per_subject",
            DeliverPolicy.New => "new",
            DeliverPolicy.ByStartSequence => "by_start_sequence",
            DeliverPolicy.ByStartTime => "by_start_time",
            _ => "all",
        },
        OptStartSeq = config.StartSequence,
        OptStartTime = config.StartTime,
        AckPolicy = config.AckPolicy switch { AckPolicy.None => "none", AckPolicy.All => "all", _ => "explicit" },
        AckWait = Conversions.Nanoseconds(config.AckWait),
        MaxDeliver = config.MaxDeliver,
        MaxAckPending = config.MaxAckPending,
        InactiveThreshold = Conversions.Nanoseconds(config.InactiveThreshold ?? (config.Durable ? null : s_ephemeralThreshold)),
        HeadersOnly = config.HeadersOnly ? true : null,
        ReplayPolicy = "instant",
    };

    private static ConsumerInfo ToPublic(ApiConsumerInfo info) => new()
    {
        Name = info.Name,
        Stream = info.StreamName,
        DeliveredStreamSequence = info.Delivered?.StreamSeq ?? 0,
        AckFloorStreamSequence = info.AckFloor?.StreamSeq ?? 0,
        AckPending = info.NumAckPending,
        Redelivered = info.NumRedelivered,
        Pending = info.NumPending,
    };
}
