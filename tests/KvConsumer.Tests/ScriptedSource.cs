using System.Threading.Channels;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvConsumer.Tests;

/// <summary>Gives the events that a test writes, then waits.</summary>
internal sealed class ScriptedSource : IKvEventSource
{
    private readonly Channel<Action<RouterEvent>> _events = Channel.CreateUnbounded<Action<RouterEvent>>();

    public long Undecodable => 0;

    public long Lost => 0;

    public void Stored(ulong worker, ulong id, ulong hash, ulong? parent = null) => _events.Writer.TryWrite(e =>
    {
        (e.WorkerId, e.EventId) = (worker, id);
        e.Reset(RouterEventKind.Stored);
        e.ParentHash = parent;
        e.AddBlock(hash, hash);
    });

    public void Cleared(ulong worker, ulong id) => _events.Writer.TryWrite(e =>
    {
        (e.WorkerId, e.EventId) = (worker, id);
        e.Reset(RouterEventKind.Cleared);
    });

    public async ValueTask ReadAsync(RouterEvent destination, CancellationToken cancellationToken = default) => (await _events.Reader.ReadAsync(cancellationToken))(destination);

    public ValueTask DisposeAsync() => default;
}
