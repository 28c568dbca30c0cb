using System.Globalization;

namespace DynamoAspire.Hosting.Nats;

/// <summary>nats-server's configuration file: JetStream on, loopback only, password in the file and not among the arguments, which every user of the machine sees.</summary>
internal static class NatsServerConfiguration
{
    public static string Text(int port, int monitorPort, string storeDirectory, string user, string password) => string.Create(CultureInfo.InvariantCulture, $$"""
        server_name: dynamo-aspire
        host: "127.0.0.1"
        port: {{port}}
        http: "127.0.0.1:{{monitorPort}}"
        jetstream {
          store_dir: {{Quote(storeDirectory)}}
          max_mem: 256MB
          max_file: 4GB
        }
        authorization {
          user: {{Quote(user)}}
          password: {{Quote(password)}}
        }

        """);

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
