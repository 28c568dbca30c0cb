using System.Collections.Concurrent;
using System.Text;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <content>Requests and services.</content>
public abstract partial class NatsContract
{
    [Fact]
    public async Task Request_Served_GetsTheReply()
    {
        var server = await ConnectAsync();
        var client = await ConnectAsync();
        var subject = NewSubject();
        await using var service = await server.ServeAsync(subject, null, (request, _) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(Text(request) + "/" + request.Headers?["A"])));
        await server.FlushAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            client.RequestAsync(subject, Encoding.UTF8.GetBytes("q" + i), new NatsHeaders().Add("A", "h" + i)).AsTask()));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"q{i}/h{i}"), replies.Select(Text));
    }

    [Fact]
    public async Task Request_NobodyListens_FailsAtOnce()
    {
        var connection = await ConnectAsync();

        var error = await Assert.ThrowsAsync<NatsException>(async () => await connection.RequestAsync(NewSubject(), default, timeout: TimeSpan.FromMinutes(5)));

        Assert.Equal(NatsError.NoResponders, error.Error);
    }

    [Fact]
    public async Task Request_NoReply_TimesOut()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var silent = await connection.SubscribeAsync(subject);

        var error = await Assert.ThrowsAsync<NatsException>(async () => await connection.RequestAsync(subject, default, timeout: TimeSpan.FromMilliseconds(50)));

        Assert.Equal(NatsError.Timeout, error.Error);
        Assert.Contains("0.05 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_Cancelled_Throws()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var silent = await connection.SubscribeAsync(subject);
        using var cancel = new CancellationTokenSource();

        var request = connection.RequestAsync(subject, default, timeout: TimeSpan.FromMinutes(5), cancellationToken: cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await request);
    }

    [Fact]
    public async Task Request_ConnectionLostMeanwhile_FailsWithoutItsTimeout()
    {
        await using var server = await NatsServer.StartAsync();
        var connection = await ConnectAsync(Options(server));
        var subject = NewSubject();
        await using var silent = await connection.SubscribeAsync(subject);
        var request = connection.RequestAsync(subject, default, timeout: TimeSpan.FromMinutes(5));
        await ReadAsync(silent);

        await server.StopAsync();

        var error = await Assert.ThrowsAsync<NatsException>(async () => await request);
        Assert.Equal(NatsError.Disconnected, error.Error);
    }

    [Fact]
    public async Task Serve_HandlerThrows_AnswersWithAnErrorAndGoesOn()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        var errors = new ConcurrentQueue<Exception>();
        await using var service = await connection.ServeAsync(
            subject,
            null,
            (request, _) => Text(request) == "bad" ? throw new InvalidOperationException("no such\r\nthing") : ValueTask.FromResult<ReadOnlyMemory<byte>>("fine"u8.ToArray()),
            new NatsServeOptions { OnError = errors.Enqueue });

        var bad = await connection.RequestAsync(subject, "bad"u8.ToArray());
        var good = await connection.RequestAsync(subject, "good"u8.ToArray());

        Assert.Equal("no such", bad.Headers!["Nats-Service-Error"]);
        Assert.Equal("500", bad.Headers["Nats-Service-Error-Code"]);
        Assert.Equal(0, bad.Payload.Length);
        Assert.Equal("fine", Text(good));
        Assert.Null(good.Headers);
        Assert.IsType<InvalidOperationException>(Assert.Single(errors));
    }

    [Fact]
    public async Task Serve_ReplyTooLarge_AnswersWithAnError()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var service = await connection.ServeAsync(subject, null, (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[connection.MaxPayload + 1]));

        var reply = await connection.RequestAsync(subject, default);

        Assert.Contains("larger than the server accepts", reply.Headers!["Nats-Service-Error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_Disposed_LeavesNoResponder()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        var service = await connection.ServeAsync(subject, "q", (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(default));
        await connection.RequestAsync(subject, default);

        await service.DisposeAsync();

        var error = await Assert.ThrowsAsync<NatsException>(async () => await connection.RequestAsync(subject, default));
        Assert.Equal(NatsError.NoResponders, error.Error);
    }
}
