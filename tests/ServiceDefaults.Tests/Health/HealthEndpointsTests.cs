using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Tests.Health;

public class HealthEndpointsTests
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/-/healthy")]
    [InlineData("/-/ready")]
    public async Task Get_AllWell_Is200WithShortJson(string path)
    {
        await using var service = await TestService.StartAsync();
        using var response = await service.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Matches("""^\{"status":"healthy","checks":\{"self":"healthy"(,"workers":"healthy")?\}\}$""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_OneCheckFails_IsNotReadyButAliveAndTellsNoReason()
    {
        await using var service = await TestService.StartAsync(b => b.Services.AddHealthChecks().AddCheck("bad", () => HealthCheckResult.Unhealthy("nats://secret@host")));

        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/-/healthy")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client.GetAsync("/-/ready")).StatusCode);
        using var response = await service.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("""{"status":"unhealthy","checks":{"self":"healthy","workers":"healthy","bad":"unhealthy"}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Probe_OfACheckThatStaysUnwell_IsLoggedOnceAndItsRecoveryToo()
    {
        var log = new RecordedLog();
        var unwell = false;
        await using var service = await TestService.StartAsync(b =>
        {
            b.Logging.AddProvider(log);
            b.Services.AddHealthChecks().AddCheck("nats", () => unwell ? HealthCheckResult.Degraded("not connected") : HealthCheckResult.Healthy());
        });

        foreach (var state in new[] { false, true, true, true, false, false })
        {
            unwell = state;
            (await service.Client.GetAsync("/health")).Dispose();
            (await service.Client.GetAsync("/-/ready")).Dispose();
        }

        Assert.Equal(
            ["Warning: Health check nats is Degraded: not connected", "Information: Health check nats is healthy again"],
            log.Lines.Where(l => l.Contains("ealth check", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Get_HealthIsNotTraced_OtherRequestsAre()
    {
        var recorded = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Recorded)
                {
                    recorded.Add(activity.TraceId.ToHexString());
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await TestService.StartAsync();

        var (health, alive, metrics) = (await TraceAsync("/health"), await TraceAsync("/alive"), await TraceAsync("/metrics"));

        await DynamoAspire.Testing.Eventually.TrueAsync("the request for metrics is traced", () => recorded.Contains(metrics));
        Assert.DoesNotContain(health, recorded);
        Assert.DoesNotContain(alive, recorded);

        // The trace id goes with the request, so that requests of tests that run beside this one are not mistaken for ours.
        async Task<string> TraceAsync(string path)
        {
            var trace = ActivityTraceId.CreateRandom().ToHexString();
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            using var response = await service.Client.SendAsync(request);
            return trace;
        }
    }
}
