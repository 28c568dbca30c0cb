using DynamoAspire.Messaging.Zmq;
using DynamoAspire.ServiceDefaults.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.ServiceDefaults.Tests.Connections;

public class ZmqExtensionsTests
{
    [Fact]
    public async Task AddZmq_Service_HasOneContextThatWorks()
    {
        await using var service = await TestService.StartAsync(b => b.AddZmq());
        var context = service.App.Services.GetRequiredService<IZmqContext>();
        await using var pull = context.CreateSocket(ZmqSocketType.Pull);
        await using var push = service.App.Services.GetRequiredService<IZmqContext>().CreateSocket(ZmqSocketType.Push);
        await push.ConnectAsync(await pull.BindAsync("tcp://127.0.0.1:*"));
        await push.SendAsync(new ZmqFrames("hello"u8.ToArray()));

        using var message = await pull.ReceiveAsync();

        Assert.Equal("hello"u8.ToArray(), message[0].ToArray());
    }
}
