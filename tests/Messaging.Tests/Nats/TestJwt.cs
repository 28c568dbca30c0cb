using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <summary>
/// An operator, an account and a user of a server that trusts JWTs, made afresh for a test, as <c>nsc</c> would make them. Signing is Ed25519 by the
/// book (RFC 8032, 5.1.6); the product leaves it to its client libraries.
/// </summary>
internal sealed class TestJwt
{
    private static readonly BigInteger s_order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    private TestJwt(string serverConfiguration, string credentials)
    {
        ServerConfiguration = serverConfiguration;
        Credentials = credentials;
    }

    /// <summary>Lines for the server.</summary>
    public string ServerConfiguration { get; }

    /// <summary>Content of the <c>.creds</c> file.</summary>
    public string Credentials { get; }

    public static TestJwt Create()
    {
        var (operatorSeed, accountSeed, userSeed) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var (operatorKey, accountKey, userKey) = (PublicKey('O', operatorSeed), PublicKey('A', accountSeed), PublicKey('U', userSeed));
        const string Unlimited = "\"subs\":-1,\"data\":-1,\"payload\":-1";
        var operatorJwt = Sign(operatorSeed, operatorKey, operatorKey, "{\"type\":\"operator\",\"version\":2}");
        var accountJwt = Sign(operatorSeed, operatorKey, accountKey, "{\"limits\":{" + Unlimited + ",\"imports\":-1,\"exports\":-1,\"wildcards\":true,\"conn\":-1,\"leaf\":-1},\"type\":\"account\",\"version\":2}");
        var userJwt = Sign(accountSeed, accountKey, userKey, "{\"pub\":{},\"sub\":{}," + Unlimited + ",\"type\":\"user\",\"version\":2}");
        return new TestJwt(
            $"operator: \"{operatorJwt}\"\nresolver: MEMORY\nresolver_preload: {{ {accountKey}: \"{accountJwt}\" }}",
            $"-----BEGIN NATS USER JWT-----\n{userJwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{Seed('U', userSeed)}\n------END USER NKEY SEED------\n");
    }

    private static string Sign(byte[] seed, string issuer, string subject, string claims)
    {
        var payload = $"{{\"jti\":\"{Guid.NewGuid():N}\",\"iat\":{DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60},\"iss\":\"{issuer}\",\"name\":\"test\",\"sub\":\"{subject}\",\"nats\":{claims}}}";
        var text = Base64Url("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}"u8) + "." + Base64Url(Encoding.UTF8.GetBytes(payload));
        return text + "." + Base64Url(Signature(seed, Encoding.ASCII.GetBytes(text)));
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static byte[] Signature(byte[] seed, byte[] message)
    {
        var hash = SHA512.HashData(seed);
        hash[0] &= 0xF8;
        hash[31] = (byte)((hash[31] & 0x7F) | 0x40);
        var secret = Number(hash.AsSpan(0, 32));
        var nonce = Number(SHA512.HashData([.. hash[32..], .. message])) % s_order;
        var commitment = NKey.Multiply(nonce);
        var challenge = Number(SHA512.HashData([.. commitment, .. NKey.PublicKey(seed), .. message])) % s_order;
        var answer = (nonce + (challenge * secret)) % s_order;
        var result = new byte[64];
        commitment.CopyTo(result, 0);
        answer.TryWriteBytes(result.AsSpan(32), out _, isUnsigned: true);
        return result;
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    private static string Seed(char type, byte[] seed)
    {
        var prefix = Prefix(type);
        return NKey.EncodeWithChecksum([(byte)((18 << 3) | (prefix >> 5)), (byte)((prefix & 31) << 3), .. seed]);
    }

    private static string PublicKey(char type, byte[] seed) => NKey.EncodeWithChecksum([(byte)Prefix(type), .. NKey.PublicKey(seed)]);

    private static int Prefix(char type) => (type - 'A') << 3;
}
