using System.Net;
using DynamoAspire.ServiceDefaults.Connections;
using DynamoAspire.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoAspire.ServiceDefaults.Tests.Connections;

public class NatsExtensionsTests
{
    [Fact]
    public async Task AddNats_ServerComesAndGoes_HealthAndMetricsTell()
    {
        await using var server = NatsServer.Prepare();
        await using var service = await TestService.StartAsync(b => b.AddNats(), args: $"--ConnectionStrings:nats={server.Url}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
        await server.StartAgainAsync();
        await Eventually.TrueAsync("the service is healthy with NATS", async () => (await service.Client.GetAsync("/health")).IsSuccessStatusCode);
        Assert.Contains("\ndynamo_aspire_nats_connection_state 1.0\n", await service.MetricsAsync(), StringComparison.Ordinal);
        Assert.Contains("\ndynamo_aspire_nats_connects_total 1.0\n", await service.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddNats_OfAServiceThatWorksWithout_IsDegraded()
    {
        await using var service = await TestService.StartAsync(b => b.AddNats(HealthStatus.Degraded), args: $"--ConnectionStrings:nats=nats://127.0.0.1:{FreePort.Next()}");

        using var response = await service.Client.GetAsync("/health");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"nats\":\"degraded\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
