using DynamoAspire.StatPublisher.Loads;

namespace DynamoAspire.StatPublisher.Tests.Loads;

/// <summary>Keeps what was published and when; can be switched off.</summary>
internal sealed class RecordingSink(TimeProvider time) : ILoadSink
{
    private readonly DateTimeOffset _start = time.GetUtcNow();

    public bool IsAway { get; set; }

    public List<(double Milliseconds, ulong? Load)> Sent { get; } = [];

    public bool TryPublish(ulong usedBlocks) => TrySend(usedBlocks);

    public bool TryWithdraw() => TrySend(null);

    private bool TrySend(ulong? load)
    {
        if (!IsAway)
        {
            Sent.Add(((time.GetUtcNow() - _start).TotalMilliseconds, load));
        }

        return !IsAway;
    }
}
