using System.Buffers;
using System.Text;
using DynamoAspire.KvEventRelay.Outputs;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEventRelay.Tests.Lanes;

/// <summary>Keeps what a lane publishes, up to a bound that a test can lift.</summary>
internal sealed class CollectingOutput : ILaneOutput
{
    private readonly Lock _gate = new();
    private readonly List<(string Id, string Json)> _taken = [];
    private readonly AsyncSignal _room = new();
    private int _bound = int.MaxValue;

    public int Depth => 0;

    public int Capacity => _bound;

    public long Bytes => 0;

    public long Undeliverable { get; set; }

    public int Bound
    {
        set
        {
            _bound = value;
            _room.Set();
        }
    }

    public IReadOnlyList<(string Id, string Json)> Taken
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken];
            }
        }
    }

    public bool TryPublish(RouterEvent routerEvent, ReadOnlySpan<byte> messageId)
    {
        var json = new ArrayBufferWriter<byte>();
        RouterEventCodec.WriteJson(routerEvent, json);
        lock (_gate)
        {
            if (_taken.Count >= _bound)
            {
                return false;
            }

            _taken.Add((Encoding.UTF8.GetString(messageId), Encoding.UTF8.GetString(json.WrittenSpan)));
            return true;
        }
    }

    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => await _room.WaitAsync(cancellationToken);

    public Task RunAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public ValueTask DrainAsync(CancellationToken cancellationToken) => default;
}
