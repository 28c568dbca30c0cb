using System.Buffers.Text;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <content>How each message finds its fate.</content>
public sealed partial class JetStreamPublisher
{
    private void OnReply(in NatsIncoming message)
    {
        // Reply subject: prefix, index of the place in flight, ".", generation.
        var rest = message.Subject[Math.Min(_prefix.Length, message.Subject.Length)..];
        if (!Utf8Parser.TryParse(rest, out int index, out var used)
            || used >= rest.Length
            || !Utf8Parser.TryParse(rest[(used + 1)..], out uint generation, out _)
            || (uint)index >= (uint)_slots.Length)
        {
            return;
        }

        JetStreamAck ack;
        if (message.Payload.IsEmpty && message.ReadStatus() == NoResponders)
        {
            ack = new JetStreamAck(JetStreamAckStatus.NoResponders, null, 0, false, 0, "No stream takes the subject, or JetStream is off.");
        }
        else if (!_acks.TryRead(message.Payload, out ack))
        {
            ack = new JetStreamAck(JetStreamAckStatus.Error, null, 0, false, 0, "The acknowledgement is not what JetStream sends; something else answers on the subject.");
        }

        Complete(index, generation, ack);
    }

    private void OnStateChanged(NatsConnectionState state)
    {
        // Acknowledgements of what is in flight went to the connection that is gone.
        if (state != NatsConnectionState.Connected)
        {
            FailAll(JetStreamAckStatus.Disconnected);
        }
    }

    private void Sweep()
    {
        var now = _time.GetTimestamp();
        for (var i = 0; i < _slots.Length; i++)
        {
            uint generation;
            lock (_gate)
            {
                ref var slot = ref _slots[i];
                if (slot.Handler is null || _time.GetElapsedTime(slot.Published, now) < _options.AckTimeout)
                {
                    continue;
                }

                generation = slot.Generation;
            }

            Complete(i, generation, new JetStreamAck(JetStreamAckStatus.Timeout, null, 0, false, 0, null));
        }
    }

    private void FailAll(JetStreamAckStatus status)
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            uint generation;
            lock (_gate)
            {
                if (_slots[i].Handler is null)
                {
                    continue;
                }

                generation = _slots[i].Generation;
            }

            Complete(i, generation, new JetStreamAck(status, null, 0, false, 0, null));
        }
    }

    private void Complete(int index, uint generation, in JetStreamAck ack)
    {
        IJetStreamAckHandler handler;
        long token;
        TaskCompletionSource? capacity;
        TaskCompletionSource? drained = null;
        lock (_gate)
        {
            ref var slot = ref _slots[index];
            if (slot.Handler is null || slot.Generation != generation)
            {
                // The answer to a message that was given up: its place may belong to another one now.
                return;
            }

            handler = slot.Handler;
            token = slot.Token;
            slot.Handler = null;
            if (ack.Status is JetStreamAckStatus.Timeout or JetStreamAckStatus.Disconnected)
            {
                slot.Generation++;
                slot.Reply = ReplySubject(index, slot.Generation);
            }

            _free[_freeCount++] = index;
            Count(ack);
            (capacity, _capacity) = (_capacity, null);
            if (_freeCount == _slots.Length)
            {
                (drained, _drained) = (_drained, null);
            }
        }

        try
        {
            handler.OnAck(token, ack);
        }
        catch (Exception)
        {
            // A handler that throws loses this one notice; the others' messages must not suffer for it.
        }

        capacity?.TrySetResult();
        drained?.TrySetResult();
    }

    private void Count(in JetStreamAck ack) => _counters = ack.Status switch
    {
        JetStreamAckStatus.Stored => _counters with { Stored = _counters.Stored + 1, Duplicates = _counters.Duplicates + (ack.Duplicate ? 1 : 0) },
        JetStreamAckStatus.Timeout => _counters with { Timeouts = _counters.Timeouts + 1 },
        JetStreamAckStatus.Disconnected or JetStreamAckStatus.Closed => _counters with { Disconnected = _counters.Disconnected + 1 },
        _ => _counters with { Errors = _counters.Errors + 1 },
    };
}
