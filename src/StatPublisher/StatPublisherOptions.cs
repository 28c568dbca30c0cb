using DynamoAspire.Engines.Addresses;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.StatPublisher;

/// <summary>Section <c>StatPublisher</c>. Every buffer here has a bound.</summary>
internal sealed record StatPublisherOptions : IValidatedOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "StatPublisher";

    /// <summary>Where engines push their stat records. On loopback unless told otherwise: records carry no credentials.</summary>
    public string Listen { get; init; } = "tcp://127.0.0.1:5600";

    /// <summary>A load is published when it has not changed for this long.</summary>
    public TimeSpan DebounceWindow { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>A load that keeps changing is published at least this often.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>A load that does not change is published again after this long, so that a listener that came late, or lost a message, learns it.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A rank of an engine without HealthUrl is withdrawn after this long without a record. With HealthUrl the engine's health decides: an idle engine is silent.</summary>
    public TimeSpan WithdrawAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between two looks at an engine's health.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time limit of one look.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So many failures in a row make an engine dead.</summary>
    public int HealthFailures { get; init; } = 3;

    /// <summary>Records waiting to be read, per sender within ZeroMQ and again over all within this service; beyond that senders drop.</summary>
    public int ReceiveCapacity { get; init; } = 4_096;

    /// <summary>Largest record, in bytes; a larger one is dropped and counted.</summary>
    public int MaxRecordBytes { get; init; } = 64 * 1024;

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        if (!ZmqAddress.TryParse(Listen, out _, out var problem))
        {
            problems.Add(nameof(Listen), problem);
        }

        problems.InRange(nameof(DebounceWindow), DebounceWindow, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), "a debounce window");
        problems.InRange(nameof(MaxWait), MaxWait, DebounceWindow, TimeSpan.FromSeconds(10), "a longest wait, which is at least the debounce window");
        problems.InRange(nameof(Heartbeat), Heartbeat, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), "a heartbeat");
        problems.InRange(nameof(WithdrawAfter), WithdrawAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "a time of silence");
        problems.InRange(nameof(HealthInterval), HealthInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), "an interval");
        problems.InRange(nameof(HealthTimeout), HealthTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), "a time limit");
        problems.InRange(nameof(HealthFailures), HealthFailures, 1, 1_000, "a number of failures");
        problems.InRange(nameof(ReceiveCapacity), ReceiveCapacity, 16, 1_000_000, "a number of records");
        problems.InRange(nameof(MaxRecordBytes), MaxRecordBytes, 256, 16 * 1024 * 1024, "a number of bytes");
    }
}
