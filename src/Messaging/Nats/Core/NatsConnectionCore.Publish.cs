namespace DynamoAspire.Messaging.Nats.Core;

/// <content>The outgoing queue: two batches that change places, one being filled and one being sent.</content>
internal sealed partial class NatsConnectionCore
{
    private readonly Lock _queueGate = new();
    private OutgoingBatch _filling = new();
    private OutgoingBatch _sending = new();
    private long _sendingCost;

    public NatsPublishStatus TryPublish(NatsSubject subject, ReadOnlySpan<byte> payload, NatsHeaders? headers = null, NatsSubject? replyTo = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var status = Enqueue(subject, payload, headers, replyTo);
        if (status != NatsPublishStatus.Ok)
        {
            Interlocked.Increment(ref _publishFailures);
        }

        return status;
    }

    private NatsPublishStatus Enqueue(NatsSubject subject, ReadOnlySpan<byte> payload, NatsHeaders? headers, NatsSubject? replyTo)
    {
        if (_disposed)
        {
            return NatsPublishStatus.Closed;
        }

        if (_state != (int)NatsConnectionState.Connected)
        {
            return NatsPublishStatus.Disconnected;
        }

        var size = payload.Length + (headers?.WireLength ?? 0);
        if (size > MaxPayload)
        {
            return NatsPublishStatus.TooLarge;
        }

        bool wasEmpty;
        lock (_queueGate)
        {
            // Under the lock that DropQueued takes after the state has changed: nothing is left behind in the queue of a lost connection.
            if (_state != (int)NatsConnectionState.Connected)
            {
                return _disposed ? NatsPublishStatus.Closed : NatsPublishStatus.Disconnected;
            }

            if (_filling.Cost + _sendingCost + size + OutgoingBatch.EntryOverhead > Options.MaxPendingBytes)
            {
                return NatsPublishStatus.Full;
            }

            wasEmpty = _filling.Count == 0;
            _filling.Add(subject, payload, headers, replyTo);
        }

        if (wasEmpty)
        {
            _wake.Set();
        }

        return NatsPublishStatus.Ok;
    }

    private void Enqueue(LinkCommand command)
    {
        ThrowIfDisposed();
        lock (_queueGate)
        {
            if (_state != (int)NatsConnectionState.Connected)
            {
                throw Away();
            }

            _filling.Add(command);
        }

        _wake.Set();
    }

    private async ValueTask SendQueuedAsync(NatsLink link)
    {
        while (!IsLost())
        {
            OutgoingBatch batch;
            lock (_queueGate)
            {
                if (_filling.Count == 0)
                {
                    return;
                }

                batch = _filling;
                (_filling, _sending) = (_sending, _filling);
                _sendingCost = batch.Cost;
            }

            try
            {
                await SendAsync(link, batch).ConfigureAwait(false);
            }
            finally
            {
                AbandonOpenCommands(batch);
                lock (_queueGate)
                {
                    batch.Clear();
                    _sendingCost = 0;
                }
            }
        }
    }

    private async ValueTask SendAsync(NatsLink link, OutgoingBatch batch)
    {
        for (var i = 0; i < batch.Count;)
        {
            if (batch[i].Command is { } command)
            {
                await CarryOutAsync(link, command).ConfigureAwait(false);
                i++;
                continue;
            }

            var end = i + 1;
            while (end < batch.Count && batch[end].Command is null)
            {
                end++;
            }

            var sent = IsLost() ? 0 : await link.SendAsync(batch, i, end).ConfigureAwait(false);
            CountSent(batch, i, i + sent);
            Interlocked.Add(ref _publishFailures, end - i - sent);
            i = end;
        }
    }

    private async ValueTask CarryOutAsync(NatsLink link, LinkCommand command)
    {
        if (IsLost())
        {
            Abandon(command);
            return;
        }

        try
        {
            switch (command.Kind)
            {
                case LinkCommandKind.Subscribe:
                    await link.SubscribeAsync(command.Registration!).ConfigureAwait(false);
                    break;
                case LinkCommandKind.Unsubscribe:
                    await link.UnsubscribeAsync(command.Registration!).ConfigureAwait(false);
                    break;
                default:
                    await link.FlushAsync(Options.RequestTimeout).ConfigureAwait(false);
                    break;
            }

            command.Complete();
        }
        catch (NatsException e) when (e.Error is not (NatsError.Disconnected or NatsError.Closed))
        {
            command.Fail(e);
        }
        catch (NatsException)
        {
            Abandon(command);
        }
    }

    /// <summary>What waits while the connection is away is refused, not kept.</summary>
    private void DropQueued()
    {
        lock (_queueGate)
        {
            _linkTakesCommands = false;
            for (var i = 0; i < _filling.Count; i++)
            {
                if (_filling[i].Command is null)
                {
                    Interlocked.Increment(ref _publishFailures);
                }
            }

            AbandonOpenCommands(_filling);
            _filling.Clear();
        }
    }

    private void AbandonOpenCommands(OutgoingBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Command is { Done.IsCompleted: false } command)
            {
                Abandon(command);
            }
        }
    }

    private void Abandon(LinkCommand command)
    {
        if (command.Kind == LinkCommandKind.Flush)
        {
            command.Fail(Away());
        }
        else
        {
            // The next link subscribes all that is registered then; what is not is not.
            command.Complete();
        }
    }
}
