using DynamoAspire.Engines.Configuration;
using DynamoAspire.KvEvents.Conversion;

namespace DynamoAspire.KvEventRelay;

/// <summary>Options of the relay, section <c>Relay</c>.</summary>
public sealed record RelayOptions : IValidatedOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Relay";

    /// <summary>Received batches of one lane kept until they are processed; beyond it the ZeroMQ library keeps up to <see cref="ReceiveHighWaterMark"/>.</summary>
    public int ReceiveCapacity { get; init; } = 4_096;

    /// <summary>Batches that the ZeroMQ library keeps per lane; beyond it the engine drops, and what was dropped is replayed.</summary>
    public int ReceiveHighWaterMark { get; init; } = 100_000;

    /// <summary>Largest batch accepted, in bytes.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a replay may be silent before it is given up.</summary>
    public TimeSpan ReplaySilence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a replay may take altogether.</summary>
    public TimeSpan ReplayLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long no replay is asked for after one that failed; doubles with each failure up to <see cref="ReplayCooldownMax"/>.</summary>
    public TimeSpan ReplayCooldown { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause after failed replays.</summary>
    public TimeSpan ReplayCooldownMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Messages of one lane that may wait for NATS; at the bound the lane stops reading the engine.</summary>
    public int QueueCapacity { get; init; } = 16_384;

    /// <summary>Bytes of one lane that may wait for NATS; at the bound the lane stops reading the engine.</summary>
    public int QueueBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Messages of all lanes that may await JetStream's acknowledgement.</summary>
    public int MaxInFlight { get; init; } = 4_096;

    /// <summary>How long an acknowledgement may take before the message is published again.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most blocks of one published event; a larger one is published as several. Bounds the size of messages.</summary>
    public int MaxBlocksPerMessage { get; init; } = 2_048;

    /// <summary>How long the stream keeps messages where the relay creates it; null takes <c>DYN_NATS_STREAM_MAX_AGE</c> (seconds), else one hour.</summary>
    public TimeSpan? StreamMaxAge { get; init; }

    /// <summary>Which media count as the worker's cache.</summary>
    public KvMediumRule Media { get; init; } = KvMediumRule.DeviceOnly;

    /// <summary>Largest body of a query, in bytes.</summary>
    public int MaxQueryBytes { get; init; } = 8 * 1024 * 1024;

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        problems.InRange(nameof(ReceiveCapacity), ReceiveCapacity, 1, 1 << 20, "a number of batches");
        problems.InRange(nameof(ReceiveHighWaterMark), ReceiveHighWaterMark, 1, 1 << 24, "a number of batches (without a bound memory would have none)");
        problems.InRange(nameof(MaxMessageBytes), MaxMessageBytes, 1_024, 1 << 30, "a number of bytes");
        problems.InRange(nameof(ReplaySilence), ReplaySilence, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5), "a time limit");
        problems.InRange(nameof(ReplayLimit), ReplayLimit, TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1), "a time limit");
        problems.InRange(nameof(ReplayCooldown), ReplayCooldown, TimeSpan.Zero, TimeSpan.FromHours(1), "a pause");
        problems.InRange(nameof(ReplayCooldownMax), ReplayCooldownMax, TimeSpan.Zero, TimeSpan.FromHours(24), "a pause");
        if (ReplayCooldownMax < ReplayCooldown)
        {
            problems.Add(nameof(ReplayCooldownMax), $"is shorter than {nameof(ReplayCooldown)}; make it at least as long");
        }

        problems.InRange(nameof(QueueCapacity), QueueCapacity, 16, 1 << 22, "a number of messages");
        problems.InRange(nameof(QueueBytes), QueueBytes, 1 << 20, int.MaxValue, "a number of bytes");
        problems.InRange(nameof(MaxInFlight), MaxInFlight, 1, 1 << 20, "a number of messages");
        problems.InRange(nameof(AckTimeout), AckTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5), "a time limit");
        problems.InRange(nameof(MaxBlocksPerMessage), MaxBlocksPerMessage, 1, 1 << 16, "a number of blocks");
        problems.InRange(nameof(MaxQueryBytes), MaxQueryBytes, 1_024, 1 << 28, "a number of bytes");
        if (StreamMaxAge is { } age)
        {
            problems.InRange(nameof(StreamMaxAge), age, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), "how long a stream keeps messages");
        }
    }
}
