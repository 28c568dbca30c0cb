namespace DynamoAspire.EngineSimulator.Events;

/// <summary>The last batches of a rank. Thread-safe: the scheduler adds while the replay socket is answered.</summary>
internal sealed class ReplayBuffer
{
    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _payloads = new();
    private readonly int _capacity;
    private ulong _next;

    public ReplayBuffer(int capacity) => _capacity = capacity;

    /// <summary>Sequence number of the next batch; starts at 0.</summary>
    public ulong Next
    {
        get
        {
            lock (_gate)
            {
                return _next;
            }
        }
    }

    /// <summary>Oldest sequence number kept; <see cref="Next"/> if there is none.</summary>
    public ulong Oldest
    {
        get
        {
            lock (_gate)
            {
                return _next - (ulong)_payloads.Count;
            }
        }
    }

    public ulong Add(byte[] payload)
    {
        lock (_gate)
        {
            if (_payloads.Count == _capacity)
            {
                _payloads.Dequeue();
            }

            _payloads.Enqueue(payload);
            return _next++;
        }
    }

    /// <summary>The batches from a number on, as far as they are kept, and the number of the first of them.</summary>
    public (ulong First, byte[][] Payloads) From(ulong start)
    {
        lock (_gate)
        {
            var oldest = _next - (ulong)_payloads.Count;
            var first = Math.Clamp(start, oldest, _next);
            return (first, [.. _payloads.Skip((int)(first - oldest))]);
        }
    }
}
