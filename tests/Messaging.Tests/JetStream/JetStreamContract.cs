using System.Text;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Tests.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <summary>JetStream over every adapter, against a real server. One derived class per adapter.</summary>
public abstract partial class JetStreamContract(NatsServerFixture fixture) : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected abstract NatsAdapter Adapter { get; }

    protected NatsServer Server => fixture.Server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task CreateOrUpdate_NewThenChanged_KeepsWhatIsNotStated()
    {
        var js = await JetStreamAsync();
        var name = NewName();

        var created = await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".*"], MaxAge = TimeSpan.FromHours(1), Storage = StreamStorage.Memory, Description = "first" });
        var updated = await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".*", name + "x.>"] });
        var same = await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, MaxAge = TimeSpan.FromHours(1) });

        Assert.Equal([name + ".*"], created.Config.Subjects!);
        Assert.Equal([name + ".*", name + "x.>"], updated.Config.Subjects!);
        Assert.Equal("first", updated.Config.Description);
        Assert.Equal(TimeSpan.FromHours(1), updated.Config.MaxAge);
        Assert.Equal(StreamStorage.Memory, updated.Config.Storage);
        Assert.Equal(created.Created, same.Created);
        Assert.Equal(updated.Config.Subjects!, same.Config.Subjects!);
    }

    [Fact]
    public async Task GetOrCreate_ManyAtOnce_AllGetTheSameStream()
    {
        var js = await JetStreamAsync();
        var name = NewName();

        var infos = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            js.GetOrCreateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".*"], Description = "n" + i }).AsTask()));

        Assert.Single(infos.Select(i => i.Created).Distinct());
        Assert.Single(infos.Select(i => i.Config.Description).Distinct());
    }

    [Fact]
    public async Task Stream_AbsentDeletedPurged_AnswersInValues()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);

        Assert.Null(await js.GetStreamAsync(NewName()));
        for (var i = 0; i < 5; i++)
        {
            await js.PublishAsync(new NatsSubject(name + ".a"), new byte[] { (byte)i });
        }

        await js.PublishAsync(new NatsSubject(name + ".b"), default);
        Assert.Equal(3ul, await js.PurgeStreamAsync(name, new PurgeRequest { UpToSequence = 4 }));
        Assert.Equal(1ul, await js.PurgeStreamAsync(name, new PurgeRequest { Subject = name + ".b" }));
        var info = (await js.GetStreamAsync(name))!;
        Assert.Equal((2ul, 4ul, 6ul), (info.Messages, info.FirstSequence, info.LastSequence));
        Assert.True(await js.DeleteStreamAsync(name));
        Assert.False(await js.DeleteStreamAsync(name));
        Assert.Null(await js.GetStreamAsync(name));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a>")]
    public async Task Stream_InvalidName_Throws(string name)
    {
        var js = await JetStreamAsync();
        Assert.Equal(NatsError.Invalid, (await Assert.ThrowsAsync<NatsException>(async () => await js.GetStreamAsync(name))).Error);
    }

    [Fact]
    public async Task Server_WithoutJetStream_IsSaidInWords()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions { JetStream = false });
        var js = await JetStreamAsync(server);

        var error = await Assert.ThrowsAsync<NatsException>(async () => await js.GetStreamAsync("any"));

        Assert.Equal(NatsError.NoResponders, error.Error);
        Assert.Contains("nats-server -js", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_SameId_IsADuplicateWithTheFirstSequence()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        var subject = new NatsSubject(name + ".a");

        var first = await js.PublishAsync(subject, "1"u8.ToArray(), "id-1");
        var other = await js.PublishAsync(subject, "2"u8.ToArray(), "id-2");
        var again = await js.PublishAsync(subject, "1"u8.ToArray(), "id-1");

        Assert.Equal((name, 1ul, false), (first.Stream, first.Sequence, first.Duplicate));
        Assert.Equal((2ul, false), (other.Sequence, other.Duplicate));
        Assert.Equal((1ul, true), (again.Sequence, again.Duplicate));
    }

    [Fact]
    public async Task Read_LastBySubjectBySequenceAndDirect_AgreeAndKeepHeaders()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        await js.PublishAsync(new NatsSubject(name + ".a"), "old"u8.ToArray());
        await js.PublishAsync(new NatsSubject(name + ".a"), "new"u8.ToArray(), "the-id", new NatsHeaders().Add("X-One", "eins"));
        await js.PublishAsync(new NatsSubject(name + ".b"), default);

        var last = (await js.GetLastMessageAsync(name, name + ".a"))!;
        var direct = (await js.DirectGetLastAsync(name, name + ".a"))!;
        var bySequence = (await js.GetMessageAsync(name, 2))!;
        var directBySequence = (await js.DirectGetAsync(name, 2))!;

        foreach (var message in new[] { last, direct, bySequence, directBySequence })
        {
            Assert.Equal(name + ".a", message.Subject);
            Assert.Equal(2ul, message.Sequence);
            Assert.Equal("new", Encoding.UTF8.GetString(message.Payload.Span));
            Assert.Equal("eins", message.Headers!["X-One"]);
            Assert.Equal("the-id", message.Headers["Nats-Msg-Id"]);
            Assert.InRange(message.Time, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        }

        Assert.Null((await js.GetMessageAsync(name, 1))!.Headers);
        Assert.Equal(0, (await js.GetLastMessageAsync(name, name + ".b"))!.Payload.Length);
        Assert.Null(await js.GetLastMessageAsync(name, name + ".none"));
        Assert.Null(await js.GetMessageAsync(name, 99));
        Assert.Null(await js.DirectGetLastAsync(name, name + ".none"));
        Assert.Null(await js.DirectGetAsync(name, 99));
    }

    protected static string NewName() => "s" + Guid.NewGuid().ToString("N");

    protected NatsOptions Options(NatsServer server) => new()
    {
        Adapter = Adapter,
        Url = server.Url,
        ReconnectWait = TimeSpan.FromMilliseconds(20),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(100),
        ReconnectJitter = TimeSpan.FromMilliseconds(10),
    };

    protected async Task<JetStreamContext> JetStreamAsync(NatsServer? server = null)
    {
        var connection = await NatsConnections.ConnectAsync(Options(server ?? Server));
        _owned.Add(connection);
        return new JetStreamContext(connection);
    }

    protected static async Task<string> StreamAsync(JetStreamContext js)
    {
        var name = NewName();
        await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".>"], Storage = StreamStorage.Memory, AllowDirect = true });
        return name;
    }
}
