using System.Buffers.Text;
using System.Security.Cryptography;

namespace DynamoAspire.Messaging.Nats;

/// <summary>Names of reply subjects, unique across processes and machines.</summary>
public static class NatsInbox
{
    /// <summary>A new subject prefix under <c>_INBOX.</c>, without a closing dot: 128 random bits, URL-safe.</summary>
    public static string NewPrefix()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return "_INBOX." + Base64Url.EncodeToString(random);
    }
}
