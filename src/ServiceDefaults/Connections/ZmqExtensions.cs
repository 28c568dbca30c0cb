using DynamoAspire.Messaging.Zmq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DynamoAspire.ServiceDefaults.Connections;

/// <summary>One ZeroMQ context per service.</summary>
public static class ZmqExtensions
{
    /// <summary>Registers <see cref="IZmqContext"/>, made when the service starts: a missing native library is told then, not at the first message.</summary>
    public static IHostApplicationBuilder AddZmq(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(_ => ZmqContexts.Create());
        builder.Services.AddHostedService(services => new Start(services.GetRequiredService<IZmqContext>()));
        return builder;
    }

    private sealed class Start(IZmqContext context) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(context);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
