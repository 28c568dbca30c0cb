using System.Runtime.InteropServices;
using System.Text;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <content>The native calls; all on the link's own thread.</content>
internal sealed unsafe partial class LibnatsLink
{
    private const int BufferBytes = 64 * 1024;
    private const int PingsOut = 2;

    private nint _connection;
    private nint _id;
    private int _maxPayload;
    private IReadOnlyList<string> _siblings = [];

    private void Connect()
    {
        nint options = 0;
        Check(LibnatsNative.natsOptions_Create(&options), "libnats");
        try
        {
            _id = LibnatsCallbacks.Register(this);
            Configure(options);
            nint connection = 0;
            Check(LibnatsNative.natsConnection_Connect(&connection, options), $"Connecting to {_server}");
            _connection = connection;
        }
        finally
        {
            // The connection has its own copy.
            LibnatsNative.natsOptions_Destroy(options);
        }

        _maxPayload = (int)Math.Min(int.MaxValue, LibnatsNative.natsConnection_GetMaxPayload(_connection));
        _siblings = ReadSiblings();
    }

    private void Configure(nint options)
    {
        Check(LibnatsNative.natsOptions_SetURL(options, _server.Url), "The URL");
        Check(LibnatsNative.natsOptions_SetName(options, _options.Name), "The name");
        Check(LibnatsNative.natsOptions_SetTimeout(options, Milliseconds(_options.ConnectTimeout)), "ConnectTimeout");
        Check(LibnatsNative.natsOptions_SetPingInterval(options, Milliseconds(_options.PingInterval)), "PingInterval");
        Check(LibnatsNative.natsOptions_SetMaxPingsOut(options, PingsOut), "Pings");
        Check(LibnatsNative.natsOptions_SetIOBufSize(options, BufferBytes), "The buffer size");

        // A server that takes nothing for as long as pings may stay unanswered counts as lost.
        Check(LibnatsNative.natsOptions_SetWriteDeadline(options, Milliseconds(_options.PingInterval) * PingsOut), "The write deadline");

        // Reconnecting is the connection's own business: the library would keep what is published meanwhile, and gives up after two refusals.
        Check(LibnatsNative.natsOptions_SetAllowReconnect(options, 0), "AllowReconnect");
        Check(LibnatsNative.natsOptions_UseGlobalMessageDelivery(options, 1), "Message delivery");
        Check(LibnatsNative.natsOptions_SetClosedCB(options, &LibnatsCallbacks.OnClosed, _id), "The closed callback");
        Check(LibnatsNative.natsOptions_SetErrorHandler(options, &LibnatsCallbacks.OnError, _id), "The error callback");
        ConfigureTls(options);
        ConfigureCredentials(options);
    }

    private void ConfigureTls(nint options)
    {
        if (!_server.Tls)
        {
            return;
        }

        Check(LibnatsNative.natsOptions_SetSecure(options, 1), "TLS");
        Check(LibnatsNative.natsOptions_SetExpectedHostname(options, _server.Host), "The host name");
        if (_options.TlsCaFile is { } authorities)
        {
            Check(LibnatsNative.natsOptions_LoadCATrustedCertificates(options, authorities), $"TlsCaFile '{authorities}'");
        }

        if (_options.TlsCertificateFile is { } certificate)
        {
            Check(LibnatsNative.natsOptions_LoadCertificatesChain(options, certificate, _options.TlsKeyFile!), $"TlsCertificateFile '{certificate}'");
        }
    }

    private void ConfigureCredentials(nint options)
    {
        if (_options.CredentialsFile is { } file)
        {
            Check(LibnatsNative.natsOptions_SetUserCredentialsFromFiles(options, file, null), $"CredentialsFile '{file}'");
        }
        else if (_options.NKeySeed.Reveal() is { } seed)
        {
            Check(LibnatsNative.natsOptions_SetNKey(options, NKey.PublicFromSeed(seed), &LibnatsCallbacks.OnSign, _id), "The NKey");
        }
        else if (_options.Token.Reveal() is { } token)
        {
            Check(LibnatsNative.natsOptions_SetToken(options, token), "The token");
        }
        else if (_options.Username is { } user)
        {
            Check(LibnatsNative.natsOptions_SetUserInfo(options, user, _options.Password.Reveal() ?? ""), "User and password");
        }
        else if (_server.Username is { } name)
        {
            Check(LibnatsNative.natsOptions_SetUserInfo(options, name, _server.Password.Reveal() ?? ""), "User and password");
        }
        else if (_server.Token.Reveal() is { } serverToken)
        {
            Check(LibnatsNative.natsOptions_SetToken(options, serverToken), "The token");
        }
    }

    private int Send(OutgoingBatch batch, int start, int end)
    {
        fixed (byte* bytes = batch.Bytes)
        {
            for (var i = start; i < end; i++)
            {
                ref readonly var entry = ref batch[i];
                fixed (byte* subject = entry.Subject!.NulTerminatedUtf8)
                fixed (byte* reply = entry.ReplyTo is null ? default : entry.ReplyTo.NulTerminatedUtf8)
                {
                    var payload = bytes + entry.PayloadStart;
                    var status = entry.HeaderCount > 0 ? PublishWithHeaders(entry, subject, reply, payload)
                        : reply is null ? LibnatsNative.natsConnection_Publish(_connection, subject, payload, entry.PayloadLength)
                        : LibnatsNative.natsConnection_PublishRequest(_connection, subject, reply, payload, entry.PayloadLength);
                    if (status != LibnatsStatus.Ok)
                    {
                        // Sizes were checked, so this is the connection: the closed callback follows, or the error says why it cannot.
                        var error = LibnatsStatus.ToException(status, "Publishing");
                        _owner.OnLinkClosed(this, error.Message);
                        return i - start;
                    }
                }
            }
        }

        return end - start;
    }

    private int PublishWithHeaders(in OutgoingEntry entry, byte* subject, byte* reply, byte* payload)
    {
        nint message = 0;
        var status = LibnatsNative.natsMsg_Create(&message, subject, reply, payload, entry.PayloadLength);
        var pair = payload - entry.HeaderLength;
        for (var i = 0; i < entry.HeaderCount && status == LibnatsStatus.Ok; i++)
        {
            var value = pair + MemoryMarshal.CreateReadOnlySpanFromNullTerminated(pair).Length + 1;
            status = LibnatsNative.natsMsgHeader_Add(message, pair, value);
            pair = value + MemoryMarshal.CreateReadOnlySpanFromNullTerminated(value).Length + 1;
        }

        if (status == LibnatsStatus.Ok)
        {
            status = LibnatsNative.natsConnection_PublishMsg(_connection, message);
        }

        LibnatsNative.natsMsg_Destroy(message);
        return status;
    }

    private void Subscribe(ListenerRegistration registration)
    {
        if (registration.LinkState is Subscription { Link: var owner } && owner == this)
        {
            return;
        }

        var id = LibnatsCallbacks.Register(registration);
        nint handle = 0;
        int status;
        fixed (byte* subject = Encoding.UTF8.GetBytes(registration.Subject + "\0"))
        {
            if (registration.QueueGroup is null)
            {
                status = LibnatsNative.natsConnection_Subscribe(&handle, _connection, subject, &LibnatsCallbacks.OnMessage, id);
            }
            else
            {
                fixed (byte* queue = Encoding.UTF8.GetBytes(registration.QueueGroup + "\0"))
                {
                    status = LibnatsNative.natsConnection_QueueSubscribe(&handle, _connection, subject, queue, &LibnatsCallbacks.OnMessage, id);
                }
            }
        }

        if (status != LibnatsStatus.Ok)
        {
            LibnatsCallbacks.Unregister(id);
            Check(status, $"Subscribing to '{registration.Subject}'");
        }

        registration.LinkState = new Subscription(this, handle, id);
        _subscribed.Add(registration);
    }

    private void Unsubscribe(ListenerRegistration registration)
    {
        if (registration.LinkState is Subscription { Link: var owner } subscription && owner == this)
        {
            _subscribed.Remove(registration);
            Forget(registration, subscription);
        }
    }

    private void Flush(TimeSpan timeout) =>
        Check(LibnatsNative.natsConnection_FlushTimeout(_connection, Math.Max(1, Milliseconds(timeout))), $"No answer of {_server} to a ping within {timeout.TotalSeconds:0.###} s");

    private void Close()
    {
        LibnatsCallbacks.Unregister(_id);
        foreach (var registration in _subscribed)
        {
            Forget(registration, (Subscription)registration.LinkState!);
        }

        _subscribed.Clear();
        if (_connection != 0)
        {
            LibnatsNative.natsConnection_Destroy(_connection);
            _connection = 0;
        }
    }

    private static void Forget(ListenerRegistration registration, Subscription subscription)
    {
        LibnatsCallbacks.Unregister(subscription.Id);
        CountDrops(registration, subscription);
        registration.LinkState = null;
        _ = LibnatsNative.natsSubscription_Unsubscribe(subscription.Handle);
        LibnatsNative.natsSubscription_Destroy(subscription.Handle);
    }

    private void CountDrops()
    {
        foreach (var registration in _subscribed)
        {
            CountDrops(registration, (Subscription)registration.LinkState!);
        }
    }

    private static void CountDrops(ListenerRegistration registration, Subscription subscription)
    {
        long dropped = 0;
        if (LibnatsNative.natsSubscription_GetDropped(subscription.Handle, &dropped) == LibnatsStatus.Ok && dropped > subscription.Dropped)
        {
            registration.CountDropped(dropped - subscription.Dropped);
            subscription.Dropped = dropped;
        }
    }

    private List<string> ReadSiblings()
    {
        byte** servers = null;
        var count = 0;
        var result = new List<string>();
        if (LibnatsNative.natsConnection_GetDiscoveredServers(_connection, &servers, &count) != LibnatsStatus.Ok)
        {
            return result;
        }

        for (var i = 0; i < count; i++)
        {
            result.Add(Marshal.PtrToStringUTF8((nint)servers[i]) ?? "");
            NativeMemory.Free(servers[i]);
        }

        NativeMemory.Free(servers);
        return result;
    }

    private static void Check(int status, string what)
    {
        if (status != LibnatsStatus.Ok)
        {
            throw LibnatsStatus.ToException(status, what);
        }
    }

    private static long Milliseconds(TimeSpan value) => Math.Max(1, (long)value.TotalMilliseconds);

    private sealed class Subscription(LibnatsLink link, nint handle, nint id)
    {
        public LibnatsLink Link => link;

        public nint Handle => handle;

        public nint Id => id;

        public long Dropped { get; set; }
    }
}
