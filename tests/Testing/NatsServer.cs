using System.Globalization;
using System.Net.Sockets;

namespace DynamoAspire.Testing;

/// <summary>A real <c>nats-server</c> on a free loopback port, with JetStream in a folder of its own; can be stopped and started again on the same port with its data.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private readonly NatsServerOptions _options;
    private readonly TemporaryDirectory _directory = new();
    private ChildProcess? _process;

    private NatsServer(NatsServerOptions options)
    {
        _options = options;
        Port = options.Port ?? FreePort.Next();
    }

    /// <summary>Client port.</summary>
    public int Port { get; }

    /// <summary>URL without credentials.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"{(_options.TlsCertificateFile is null ? "nats" : "tls")}://127.0.0.1:{Port}");

    /// <summary>Folder of its files.</summary>
    public string Directory => _directory.Path;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it has printed since it was last started.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>Process id of the running server.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("nats-server does not run.");

    /// <summary>Starts one and waits until it takes connections.</summary>
    public static async Task<NatsServer> StartAsync(NatsServerOptions? options = null)
    {
        var server = Prepare(options);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Chooses a port and writes the configuration, but starts nothing: for tests in which the server comes later.</summary>
    public static NatsServer Prepare(NatsServerOptions? options = null) => new(options ?? new NatsServerOptions());

    /// <summary>Starts it (again) on the same port with the same data.</summary>
    public async Task StartAgainAsync()
    {
        if (IsRunning)
        {
            return;
        }

        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        var configuration = _directory.Combine("server.conf");
        await File.WriteAllTextAsync(configuration, Configuration());
        try
        {
            _process = ChildProcess.Start("nats-server", ["-c", configuration]);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("nats-server is not on the PATH. Debian/Ubuntu: apt-get install nats-server (./test.sh does it); macOS: brew install nats-server; Windows: choco install nats-server.", e);
        }

        await Eventually.TrueAsync("nats-server takes connections", ConnectsAsync, detail: () => Output);
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"nats-server ended with {_process.ExitCode}:\n{Output}");
        }
    }

    /// <summary>Ends it at once (SIGKILL), as a crash would; the data stays.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync();
        }
    }

    /// <summary>Stops answering without closing a connection (SIGSTOP), as a machine that hangs.</summary>
    public void Freeze() => _process?.Signal("STOP");

    /// <summary>Goes on after <see cref="Freeze"/>.</summary>
    public void Thaw() => _process?.Signal("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task<bool> ConnectsAsync()
    {
        if (_process!.HasExited)
        {
            return true;
        }

        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);

        // The greeting says that the port is ours and not another process's.
        var greeting = new byte[4];
        await client.GetStream().ReadExactlyAsync(greeting);
        return greeting.AsSpan().SequenceEqual("INFO"u8);
    }

    private string Configuration()
    {
        var lines = new List<string>
        {
            "listen: \"127.0.0.1:" + Port.ToString(CultureInfo.InvariantCulture) + "\"",
            "server_name: \"test-" + Port.ToString(CultureInfo.InvariantCulture) + "\"",
        };
        if (_options.JetStream)
        {
            lines.Add("jetstream { store_dir: \"" + _directory.Combine("jetstream") + "\" }");
        }

        if (_options.MaxPayload is { } maxPayload)
        {
            lines.Add("max_payload: " + maxPayload.ToString(CultureInfo.InvariantCulture));
        }

        if (_options.TlsCertificateFile is { } certificate)
        {
            lines.Add("tls { cert_file: \"" + certificate + "\", key_file: \"" + _options.TlsKeyFile + "\" }");
        }

        if (_options.Authorization is { } authorization)
        {
            lines.Add("authorization { " + authorization + " }");
        }

        lines.AddRange(_options.Extra);
        return string.Join('\n', lines) + "\n";
    }
}
