namespace DynamoAspire.Messaging.Nats.Core;

/// <content>The loop.</content>
internal sealed partial class NatsConnectionCore
{
    private static readonly TimeSpan s_lastFlush = TimeSpan.FromSeconds(1);

    private NatsLink? _link;
    private bool _linkTakesCommands;
    private string? _linkLost;

    private async Task RunAsync()
    {
        try
        {
            while (!_disposed)
            {
                var link = await ConnectAsync().ConfigureAwait(false);
                if (link is null)
                {
                    continue;
                }

                try
                {
                    await UseAsync(link).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    // A link that throws is a lost link; the loop must outlive it.
                    OnLinkClosed(link, e.Message);
                }
                finally
                {
                    await GiveUpAsync(link).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Shutdown();
        }
    }

    /// <summary>One attempt; null if it failed, after the wait that is due.</summary>
    private async ValueTask<NatsLink?> ConnectAsync()
    {
        var server = _servers.Next();
        try
        {
            lock (_gate)
            {
                _linkLost = null;
            }

            var link = await _factory.ConnectAsync(server, Options, this, _stop.Token).ConfigureAwait(false);
            _servers.Succeeded(server, link.Siblings);
            Volatile.Write(ref _maxPayload, link.MaxPayload);
            _server = server.HostAndPort;
            Interlocked.Increment(ref _connects);
            return link;
        }
        catch (OperationCanceledException) when (_disposed)
        {
            return null;
        }
        catch (Exception e)
        {
            // Whatever a client library throws here, the answer is the same: remember why, wait, try again.
            _lastError = e.Message;
            Interlocked.Increment(ref _connectFailures);
            if (e is NatsException { Error: NatsError.Authorization })
            {
                Interlocked.Increment(ref _authorizationFailures);
            }
        }

        DropQueued();
        _firstAttempt.TrySetResult();
        if (_servers.Failed(Options) is { } wait)
        {
            try
            {
                await Task.Delay(wait, Options.TimeProvider, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Disposed: the loop's condition ends it.
            }
        }

        return null;
    }

    private async ValueTask UseAsync(NatsLink link)
    {
        ListenerRegistration[] registrations;
        lock (_queueGate)
        {
            // In one step: whoever registers from here on queues a command for this link.
            _linkTakesCommands = true;
            lock (_gate)
            {
                _link = link;
                registrations = [.. _registrations];
            }
        }

        foreach (var registration in registrations)
        {
            if (IsLost())
            {
                return;
            }

            await link.SubscribeAsync(registration).ConfigureAwait(false);
        }

        // Publishing is open from here on: the subscriptions are with the server before the first message is.
        SetState(NatsConnectionState.Connected);
        _firstAttempt.TrySetResult();
        while (!IsLost() && !_disposed)
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            await SendQueuedAsync(link).ConfigureAwait(false);
        }

        if (!IsLost())
        {
            await SendQueuedAsync(link).ConfigureAwait(false);
            try
            {
                await link.FlushAsync(s_lastFlush).ConfigureAwait(false);
            }
            catch (NatsException)
            {
                // The server is gone or slow; what was published is no worse off than with a lost connection.
            }
        }
    }

    private async ValueTask GiveUpAsync(NatsLink link)
    {
        Interlocked.Increment(ref _disconnects);
        lock (_gate)
        {
            _link = null;
            if (_linkLost is not null)
            {
                _lastError = _linkLost;
            }
        }

        _server = null;
        SetState(_disposed ? NatsConnectionState.Disconnected : NatsConnectionState.Reconnecting);
        DropQueued();
        await link.DisposeAsync().ConfigureAwait(false);
    }

    private void OnLinkClosed(NatsLink link, string reason)
    {
        lock (_gate)
        {
            // Before the loop has adopted the link, _link is null: the reason is kept for it.
            if (_link is not null && _link != link)
            {
                return;
            }

            _linkLost ??= reason;
        }

        _wake.Set();
    }

    private bool IsLost()
    {
        lock (_gate)
        {
            return _linkLost is not null;
        }
    }

    private void Shutdown()
    {
        SetState(NatsConnectionState.Disconnected);
        DropQueued();
        _firstAttempt.TrySetResult();
        lock (_stateGate)
        {
            _connected.TrySetException(Closed());
            _ = _connected.Task.Exception;
        }
    }
}
