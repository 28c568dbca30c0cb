using System.Net;
using System.Net.Sockets;

namespace DynamoAspire.Testing;

/// <summary>
/// Free loopback ports for programs that must be told one; servers that can bind port 0 themselves should. Taken from below the range out of which the system gives
/// ports to outgoing connections (32768 and up on Linux), or another process's connection could have it by the time the server binds. No port is given twice.
/// </summary>
public static class FreePort
{
    private const int First = 10_240;
    private const int End = 32_000;

    private static readonly Lock s_gate = new();
    private static readonly HashSet<int> s_given = [];
    private static int s_next = Random.Shared.Next(First, End);

    /// <summary>One free TCP port.</summary>
    public static int Next() => NextRange(1);

    /// <summary>Different free TCP ports.</summary>
    public static int[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => NextRange(1))];

    /// <summary>First of <paramref name="count"/> ports in a row that are all free now (an engine with several ranks counts up from its first port).</summary>
    public static int NextRange(int count)
    {
        lock (s_gate)
        {
            for (var attempt = 0; attempt < End - First; attempt++)
            {
                var first = s_next;
                s_next = first + count >= End ? First : first + count;
                if (first + count < End && Enumerable.Range(first, count).All(p => !s_given.Contains(p) && IsFree(p)))
                {
                    s_given.UnionWith(Enumerable.Range(first, count));
                    return first;
                }
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
