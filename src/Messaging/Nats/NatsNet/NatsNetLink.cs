using System.Text;
using DynamoAspire.Messaging.Nats.Core;
using Client = NATS.Client.Core;

namespace DynamoAspire.Messaging.Nats.NatsNet;

/// <summary>
/// One connection of the package, used until it is lost and then given up: the package would reconnect by itself, keep what is published
/// meanwhile, and give up after two refused credentials.
/// </summary>
internal sealed class NatsNetLink : NatsLink
{
    private const int PingsOut = 2;

    private readonly NatsServerAddress _server;
    private readonly INatsLinkOwner _owner;
    private readonly CancellationTokenSource _lost = new();
    private readonly Client.NatsConnection _connection;
    private int _isLost;
    private bool _connected;

    public NatsNetLink(NatsServerAddress server, NatsOptions options, INatsLinkOwner owner)
    {
        _server = server;
        _owner = owner;
        _connection = new Client.NatsConnection(new Client.NatsOpts
        {
            Url = server.Url,
            Name = options.Name,
            ConnectTimeout = options.ConnectTimeout,
            PingInterval = options.PingInterval,
            MaxPingOut = PingsOut,
            HeaderEncoding = Encoding.UTF8,
            RequestReplyMode = Client.NatsRequestReplyMode.SharedInbox,
            AuthOpts = Credentials(server, options),
            TlsOpts = new Client.NatsTlsOpts
            {
                Mode = server.Tls ? Client.TlsMode.Require : Client.TlsMode.Auto,
                CaFile = options.TlsCaFile,
                CertFile = options.TlsCertificateFile,
                KeyFile = options.TlsKeyFile,
            },
            LoggerFactory = new ServerErrorLogger(owner.OnLinkError),
        })
        {
            OnConnectingAsync = target => _connected
                ? throw new Client.NatsException("This connection is not used again.")
                : ValueTask.FromResult(target),
        };
        _connection.ConnectionDisconnected += (_, _) =>
        {
            OnLost("the connection was closed");
            return default;
        };
    }

    public override int MaxPayload => _connection.ServerInfo?.MaxPayload ?? 0;

    public override IReadOnlyList<string> Siblings => _connection.ServerInfo?.ClientConnectUrls ?? [];

    /// <summary>Whether nothing may be delivered any more.</summary>
    public bool IsLost => Volatile.Read(ref _isLost) != 0;

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        await _connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        _connected = true;
    }

    public override async ValueTask<int> SendAsync(OutgoingBatch batch, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (IsLost)
            {
                return i - start;
            }

            try
            {
                await _connection.PublishAsync(
                    batch[i].Subject!.Value,
                    batch.Payload(i),
                    batch[i].HeaderCount > 0 ? Headers(batch, i) : null,
                    batch[i].ReplyTo?.Value,
                    PayloadSerializer.Instance,
                    cancellationToken: _lost.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Sizes and subjects were checked: this is the connection.
                OnLost(e.Message);
                return i - start;
            }
        }

        return end - start;
    }

    public override async ValueTask SubscribeAsync(ListenerRegistration registration)
    {
        if (registration.LinkState is NatsNetSubscription { Link: var owner } && owner == this)
        {
            return;
        }

        var subscription = new NatsNetSubscription(this, _connection, registration);
        registration.LinkState = subscription;
        try
        {
            await ((Client.INatsConnection)_connection).AddSubAsync(subscription, _lost.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            OnLost(e.Message);
            throw new NatsException(NatsError.Disconnected, $"Subscribing to '{registration.Subject}': {e.Message}", e);
        }
    }

    public override async ValueTask UnsubscribeAsync(ListenerRegistration registration)
    {
        if (registration.LinkState is not NatsNetSubscription { Link: var owner } subscription || owner != this)
        {
            return;
        }

        registration.LinkState = null;
        try
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            OnLost(e.Message);
        }
    }

    public override async ValueTask FlushAsync(TimeSpan timeout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token);
        limit.CancelAfter(timeout);
        try
        {
            await _connection.PingAsync(limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!IsLost && limit.IsCancellationRequested)
        {
            throw new NatsException(NatsError.Timeout, $"No answer of {_server} to a ping within {timeout.TotalSeconds:0.###} s.", e);
        }
        catch (Exception e)
        {
            throw new NatsException(NatsError.Disconnected, $"The connection to {_server} was lost: {e.Message}", e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        // From here on nothing is reported and nothing delivered.
        Interlocked.Exchange(ref _isLost, 1);
        await _lost.CancelAsync().ConfigureAwait(false);
        try
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is given up either way; what its disposal has to say about a dead socket helps nobody.
        }
    }

    private static Client.NatsAuthOpts Credentials(NatsServerAddress server, NatsOptions options) =>
        options.CredentialsFile is { } file ? new Client.NatsAuthOpts { CredsFile = file }
        : options.NKeySeed.Reveal() is { } seed ? new Client.NatsAuthOpts { NKey = NKey.PublicFromSeed(seed), Seed = seed }
        : options.Token.Reveal() is { } token ? new Client.NatsAuthOpts { Token = token }
        : options.Username is { } user ? new Client.NatsAuthOpts { Username = user, Password = options.Password.Reveal() ?? "" }
        : server.Username is { } name ? new Client.NatsAuthOpts { Username = name, Password = server.Password.Reveal() ?? "" }
        : server.Token.Reveal() is { } serverToken ? new Client.NatsAuthOpts { Token = serverToken }
        : Client.NatsAuthOpts.Default;

    private static Client.NatsHeaders Headers(OutgoingBatch batch, int index)
    {
        var headers = new Client.NatsHeaders();
        var pairs = batch.HeaderPairs(index);
        for (var i = 0; i < batch[index].HeaderCount; i++)
        {
            var name = Next(ref pairs);
            var value = Next(ref pairs);
            headers.TryGetValue(name, out var existing);
            headers[name] = Microsoft.Extensions.Primitives.StringValues.Concat(existing, value);
        }

        return headers;
    }

    private static string Next(ref ReadOnlySpan<byte> pairs)
    {
        var end = pairs.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(pairs[..end]);
        pairs = pairs[(end + 1)..];
        return text;
    }

    private void OnLost(string reason)
    {
        if (Interlocked.Exchange(ref _isLost, 1) == 0)
        {
            _owner.OnLinkClosed(this, $"The connection to {_server} was lost: {reason}");
            _lost.Cancel();
        }
    }
}
