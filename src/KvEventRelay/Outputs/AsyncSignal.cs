using System.Threading.Channels;

namespace DynamoAspire.KvEventRelay.Outputs;

/// <summary>Wakes one waiter. A signal that comes while nobody waits is kept, so that none is missed; several count as one.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<byte> _signals = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _signals.Writer.TryWrite(0);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signals.Reader.ReadAsync(cancellationToken);
}
