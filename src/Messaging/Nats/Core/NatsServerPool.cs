namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Which server to try next and how long to wait before. Used by the connection's loop only.</summary>
internal sealed class NatsServerPool(IReadOnlyList<NatsServerAddress> configured)
{
    // A cluster may announce many members; a handful of ways back is enough.
    private const int MaxServers = 32;

    private readonly List<NatsServerAddress> _servers = [.. configured];
    private int _next;
    private int _failuresInRow;

    public NatsServerAddress Next()
    {
        var server = _servers[_next % _servers.Count];
        _next = (_next + 1) % _servers.Count;
        return server;
    }

    public void Succeeded(NatsServerAddress server, IReadOnlyList<string> siblings)
    {
        _failuresInRow = 0;
        foreach (var text in siblings)
        {
            if (_servers.Count < MaxServers && server.Sibling(text) is { } sibling && !_servers.Exists(s => s.HostAndPort == sibling.HostAndPort))
            {
                _servers.Add(sibling);
            }
        }

        // The first attempt after a loss goes to the same server: a restart is more common than a move.
        _next = _servers.IndexOf(server);
    }

    /// <summary>How long to wait before the next attempt; null while servers of this round are left.</summary>
    public TimeSpan? Failed(NatsOptions options)
    {
        _failuresInRow++;
        if (_failuresInRow % _servers.Count != 0)
        {
            return null;
        }

        var round = Math.Min(30, (_failuresInRow / _servers.Count) - 1);
        var wait = Math.Min(options.ReconnectWait.TotalMilliseconds * Math.Pow(2, round), options.ReconnectWaitMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait + (Random.Shared.NextDouble() * options.ReconnectJitter.TotalMilliseconds));
    }

    public override string ToString() => string.Join(", ", configured);
}
