using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.StatPublisher.Records;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.StatPublisher.Tests;

/// <summary>The whole service with a real nats-server, a PUSH socket that plays the engines, and an HTTP server that plays their health.</summary>
public sealed class PublisherFixture : IAsyncDisposable
{
    private readonly IZmqContext _context = ZmqContexts.Create();
    private readonly EventEnvelopeReader _envelopes = new();
    private WebApplication _service = null!;
    private WebApplication _engines = null!;
    private IZmqSocket _push = null!;
    private INatsConnection _listener = null!;
    private INatsSubscription _loads = null!;
    private INatsSubscription _withdrawals = null!;

    public NatsServer Nats { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What the engine's health answers.</summary>
    public HttpStatusCode Health { get; set; } = HttpStatusCode.OK;

    internal EngineSet Engines => _service.Services.GetRequiredService<EngineSet>();

    /// <summary>Starts with engine <c>alpha</c> (two ranks, health) and <c>beta</c> (ranks 4 and 5, no health).</summary>
    public static async Task<PublisherFixture> StartAsync(params string[] args)
    {
        var fixture = new PublisherFixture();
        try
        {
            await fixture.StartCoreAsync(args);
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    private async Task StartCoreAsync(string[] args)
    {
        Nats = await NatsServer.StartAsync();
        var engines = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
        _engines = engines.Build();
        _engines.MapGet("/health", (HttpContext context) => context.Response.StatusCode = (int)Health);
        await _engines.StartAsync();
        _service = ServiceHost.Build(
            [
                "--urls", "http://127.0.0.1:0", "--StatPublisher:Listen=tcp://127.0.0.1:" + FreePort.Next(), $"--ConnectionStrings:nats={Nats.Url}",
                "--Nats:ReconnectWait=20ms", "--Nats:ReconnectWaitMax=50ms", "--StatPublisher:HealthInterval=100ms",
                "--Engines:0:Name=alpha", "--Engines:0:Model=m", "--Engines:0:DpSize=2", $"--Engines:0:HealthUrl={_engines.Urls.First()}/health",
                "--Engines:1:Name=beta", "--Engines:1:DpStart=4", "--Engines:1:DpSize=2", "--Engines:1:WorkerId=0xBEEF",
                .. args,
            ],
            StatPublisherService.Description, StatPublisherService.Add, StatPublisherService.Map);
        await _service.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_service.Urls.First()) };
        _push = _context.CreateSocket(ZmqSocketType.Push);
        await _push.ConnectAsync(_service.Services.GetRequiredService<StatReceiver>().Endpoint!);
        _listener = await NatsConnections.ConnectAsync(NatsOptions.Default with { Url = Nats.Url, ReconnectWait = TimeSpan.FromMilliseconds(10), ReconnectWaitMax = TimeSpan.FromMilliseconds(20) });
        _loads = await _listener.SubscribeAsync(LoadSubjects.Load("dynamo"));
        _withdrawals = await _listener.SubscribeAsync(LoadSubjects.Withdrawal("dynamo"));
        await _listener.FlushAsync();
        await _service.Services.GetRequiredService<INatsConnection>().WaitForConnectionAsync();
    }

    /// <summary>Lets the server keep all load messages from here on.</summary>
    public async Task RecordLoadsAsync() =>
        await new JetStreamContext(_listener).CreateOrUpdateStreamAsync(new StreamConfig { Name = "loads", Subjects = [LoadSubjects.Load("dynamo")] });

    /// <summary>The last load message the server has kept.</summary>
    public async Task<(ActiveLoad Load, ulong Publisher, ulong Sequence)?> LastRecordedLoadAsync() =>
        await new JetStreamContext(_listener).GetLastMessageAsync("loads", LoadSubjects.Load("dynamo")) is { } message ? Read(message.Payload.Span) : null;

    /// <summary>Sends a record as an engine does.</summary>
    public async Task PushAsync(string engine, uint rank, ulong? blocks = null, double? usage = null, ulong? running = null, ulong? waiting = null, ulong? queries = null, ulong? hits = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write();
        await _push.SendAsync(new ZmqFrames(buffer.WrittenMemory));

        void Write() => StatRecordCodec.Write(
            new StatRecord { Engine = Encoding.UTF8.GetBytes(engine), Rank = rank, Timestamp = 1, Blocks = blocks, Usage = usage, Running = running, Waiting = waiting, PrefixQueries = queries, PrefixHits = hits }, buffer);
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task PushRawAsync(byte[] payload) => await _push.SendAsync(new ZmqFrames(payload));

    /// <summary>The next load message, with the sequence and publisher of its envelope.</summary>
    public async Task<(ActiveLoad Load, ulong Publisher, ulong Sequence)> NextLoadAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var message = await _loads.ReadAsync(limit.Token);
        return Read(message.Payload.Span);
    }

    private (ActiveLoad Load, ulong Publisher, ulong Sequence) Read(ReadOnlySpan<byte> message)
    {
        Assert.True(_envelopes.TryRead(message, out var envelope));
        Assert.Equal("kv_metrics"u8, envelope.Topic);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (long)envelope.PublishedAt, -1_000, 60_000);
        Assert.True(LoadEventCodec.TryRead(envelope.Payload, out var load));
        return (load, envelope.PublisherId, envelope.Sequence);
    }

    /// <summary>Load messages that wait to be read.</summary>
    public int PendingLoads => _loads.Pending;

    /// <summary>The next withdrawal, as text.</summary>
    public async Task<string> NextWithdrawalAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return Encoding.UTF8.GetString((await _withdrawals.ReadAsync(limit.Token)).Payload.Span);
    }

    public Task<string> MetricsAsync() => Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    public async Task<JsonElement> RankAsync(string engine, int rank)
    {
        using var document = JsonDocument.Parse(await Client.GetStringAsync(new Uri("/v1/ranks", UriKind.Relative)));
        return document.RootElement.EnumerateArray().Single(r => r.GetProperty("engine").GetString() == engine && r.GetProperty("dp_rank").GetInt32() == rank).Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var app in (WebApplication?[])[_service, _engines])
        {
            if (app is not null)
            {
                await app.StopAsync();
                await app.DisposeAsync();
            }
        }

        await _context.DisposeAsync();
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        if (Nats is not null)
        {
            await Nats.DisposeAsync();
        }
    }
}
