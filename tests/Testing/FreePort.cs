using System.Net;
using System.Net.Sockets;

namespace DynamoAspire.Testing;

/// <summary>Free loopback ports. Servers that can bind port 0 themselves should; this is for programs that must be told.</summary>
public static class FreePort
{
    /// <summary>One free TCP port.</summary>
    public static int Next() => Next(1)[0];

    /// <summary>Different free TCP ports.</summary>
    public static int[] Next(int count)
    {
        var listeners = new TcpListener[count];
        try
        {
            for (var i = 0; i < count; i++)
            {
                listeners[i] = new TcpListener(IPAddress.Loopback, 0);
                listeners[i].Start();
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener?.Dispose();
            }
        }
    }

    /// <summary>First of <paramref name="count"/> ports in a row that are all free now (an engine with several ranks counts up from its first port).</summary>
    public static int NextRange(int count)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var first = Next();
            var listeners = new List<TcpListener>();
            try
            {
                for (var i = 0; i < count && first + i < 65_536; i++)
                {
                    var listener = new TcpListener(IPAddress.Loopback, first + i);
                    listener.Start();
                    listeners.Add(listener);
                }

                if (listeners.Count == count)
                {
                    return first;
                }
            }
            catch (SocketException)
            {
                // One of the row is taken: try another row.
            }
            finally
            {
                listeners.ForEach(l => l.Dispose());
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row.");
    }
}
