using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>Where a service listens: on loopback at its default port, unless any of the usual settings says otherwise.</summary>
internal static class ListenAddresses
{
    private static readonly string[] s_settings = ["urls", "http_ports", "https_ports"];

    public static void UseLoopbackByDefault(WebApplicationBuilder builder, int port)
    {
        if (!IsConfigured(builder.Configuration))
        {
            builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        }
    }

    public static bool IsConfigured(IConfiguration configuration) =>
        s_settings.Any(s => !string.IsNullOrWhiteSpace(configuration[s])) || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
