using System.Net;
using System.Threading.Channels;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.ServiceDefaults.Tests.Hosting;

public class SupervisedServiceTests
{
    [Fact]
    public async Task Run_Throws_IsCountedShownAndRunAgainLater()
    {
        var clock = new FakeClock();
        await using var service = await TestService.StartAsync(b =>
        {
            b.Services.AddSingleton<TimeProvider>(clock);
            b.Services.AddSingleton<Worker>();
            b.Services.AddHostedService(s => s.GetRequiredService<Worker>());
        });
        var worker = service.App.Services.GetRequiredService<Worker>();

        await worker.Runs.Reader.ReadAsync();
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health")).StatusCode);
        foreach (var backoff in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            worker.Fail();
            await Eventually.TrueAsync("the worker waits", async () => clock.ArmedTimers == 1 && (await service.Client.GetAsync("/health")).StatusCode == HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/alive")).StatusCode);
            clock.Advance(TimeSpan.FromSeconds(backoff) - TimeSpan.FromMilliseconds(1));
            Assert.False(worker.Runs.Reader.TryRead(out _));
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await worker.Runs.Reader.ReadAsync();
        }

        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Contains("dynamo_aspire_worker_failures_total{worker=\"test\"} 7.0", await service.MetricsAsync(), StringComparison.Ordinal);

        // After a long good run the first wait is short again.
        clock.Advance(TimeSpan.FromMinutes(2));
        worker.Fail();
        await Eventually.TrueAsync("the worker waits", () => clock.ArmedTimers == 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await worker.Runs.Reader.ReadAsync();
    }

    private sealed class Worker(Supervision supervision) : SupervisedService("test", supervision)
    {
        private TaskCompletionSource _fail = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Channel<int> Runs { get; } = Channel.CreateUnbounded<int>();

        public void Fail() => _fail.SetException(new InvalidOperationException("as the test wants it"));

        protected override async Task RunAsync(CancellationToken stoppingToken)
        {
            _fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Runs.Writer.TryWrite(0);
            await _fail.Task.WaitAsync(stoppingToken);
        }
    }
}
