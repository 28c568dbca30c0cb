using System.Buffers.Binary;
using System.Threading.Channels;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.KvEventRelay.Links;

/// <summary>
/// Reads the answers to one request: <c>[empty][seq][payload]</c>, newer engines <c>[empty][topic][seq][payload]</c>; the end is a sequence
/// of eight bytes FF with an empty payload. Read from the end, both layouts are one.
/// </summary>
internal sealed class ZmqReplay : IReplay
{
    private const ulong EndSequence = ulong.MaxValue;

    private readonly IZmqSocket _socket;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly long _started;

    public ZmqReplay(IZmqSocket socket, RelayOptions options, TimeProvider time)
    {
        _socket = socket;
        _options = options;
        _time = time;
        _started = time.GetTimestamp();
    }

    public async ValueTask<(ReplayStep Step, LinkMessage Message)> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_socket.TryReceive(out var received))
            {
                var left = _options.ReplayLimit - _time.GetElapsedTime(_started);
                if (left <= TimeSpan.Zero)
                {
                    return (ReplayStep.TimedOut, default);
                }

                using var limit = new CancellationTokenSource(left < _options.ReplaySilence ? left : _options.ReplaySilence, _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                try
                {
                    received = await _socket.ReceiveAsync(both.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return (ReplayStep.TimedOut, default);
                }
                catch (ChannelClosedException)
                {
                    return (ReplayStep.TimedOut, default);
                }
            }

            if (received.Count < 2 || received[received.Count - 2].Length != sizeof(ulong))
            {
                // No answer of this protocol; the silence limit ends the wait if nothing better comes.
                received.Dispose();
                continue;
            }

            var sequence = BinaryPrimitives.ReadUInt64BigEndian(received[received.Count - 2].Span);
            var payload = received[received.Count - 1];
            if (sequence == EndSequence && payload.IsEmpty)
            {
                received.Dispose();
                return (ReplayStep.End, default);
            }

            return (ReplayStep.Batch, new LinkMessage(sequence, payload, received));
        }
    }

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
