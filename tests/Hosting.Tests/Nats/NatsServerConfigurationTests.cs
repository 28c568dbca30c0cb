using DynamoAspire.Hosting.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Hosting.Tests.Nats;

public sealed class NatsServerConfigurationTests
{
    [Theory]
    [InlineData("abc123")]
    [InlineData("quote\" back\\slash } # $x")]
    public async Task Text_WithAnyPassword_IsAcceptedByTheServer(string password)
    {
        using var folder = new TemporaryDirectory();
        await File.WriteAllTextAsync(folder.Combine("nats.conf"), NatsServerConfiguration.Text(14222, 18222, folder.Combine("store"), "nats", password));

        await using var server = ChildProcess.Start("nats-server", ["-t", "-c", folder.Combine("nats.conf")]);

        Assert.True(await server.WaitForExitAsync(TimeSpan.FromSeconds(10)) == 0, server.Output);
    }
}
