using NetMQ;

namespace DynamoAspire.Messaging.Zmq.NetMq;

/// <summary>
/// NetMQ keeps one context per process behind its statics. It is cleaned up with the last of our contexts, never while one is in use
/// (sockets that outlive a clean-up throw) and never while a socket is still being closed: the clean-up then stops that socket's monitor on
/// one thread while another writes to it, and now and then waits for ever.
/// </summary>
internal static class NetMqLibrary
{
    private static readonly Lock s_gate = new();
    private static int s_users;
    private static bool s_stuck;

    public static void Acquire()
    {
        lock (s_gate)
        {
            s_users++;
        }
    }

    /// <param name="allClosed">Whether every socket of the context is known to be gone. If one is not, NetMQ is left running to the end of the process.</param>
    public static void Release(bool allClosed)
    {
        lock (s_gate)
        {
            s_stuck |= !allClosed;
            if (--s_users == 0 && !s_stuck)
            {
                NetMQConfig.Cleanup(block: true);
            }
        }
    }
}
