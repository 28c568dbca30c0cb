using NetMQ;

namespace DynamoAspire.Messaging.Zmq.NetMq;

/// <summary>
/// NetMQ keeps one context per process behind its statics. It is cleaned up with the last of our contexts, never while one is in use:
/// sockets that outlive a clean-up throw.
/// </summary>
internal static class NetMqLibrary
{
    private static readonly Lock s_gate = new();
    private static int s_users;

    public static void Acquire()
    {
        lock (s_gate)
        {
            s_users++;
        }
    }

    /// <summary>Waits for the linger time of closed sockets when it was the last user.</summary>
    public static void Release()
    {
        lock (s_gate)
        {
            if (--s_users == 0)
            {
                NetMQConfig.Cleanup(block: true);
            }
        }
    }
}
