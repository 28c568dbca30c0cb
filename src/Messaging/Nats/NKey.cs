using System.Numerics;
using System.Security.Cryptography;

namespace DynamoAspire.Messaging.Nats;

/// <summary>
/// The public half of an NKey, which both client libraries want beside the seed. Format: base32 of prefix, 32 bytes, CRC-16 (nats-io/nkeys).
/// The curve arithmetic is plain and runs once per connection attempt; signing is the client library's.
/// </summary>
internal static class NKey
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int SeedPrefix = 18 << 3;
    private const int SeedBytes = 32;

    private static readonly BigInteger s_p = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger s_d = Mod(-121665 * Inverse(121666));
    private static readonly Point s_base = BasePoint();

    /// <summary>Public key of a seed (<c>SU…</c> gives <c>U…</c>).</summary>
    /// <exception cref="NatsException">The text is not a seed. The message does not show it.</exception>
    public static string PublicFromSeed(string seed)
    {
        var raw = Decode(seed);
        if (raw is null || raw.Length != SeedBytes + 4 || (raw[0] & 0xF8) != SeedPrefix || Crc16(raw.AsSpan(0, raw.Length - 2)) != (raw[^2] | (raw[^1] << 8)))
        {
            throw new NatsException(NatsError.Invalid, "The NKey seed is not valid: expected the text that begins with SU, as `nk -gen user` prints it");
        }

        var prefix = (byte)(((raw[0] & 7) << 5) | ((raw[1] & 0xF8) >> 3));
        return EncodeWithChecksum([prefix, .. PublicKey(raw.AsSpan(2, SeedBytes))]);
    }

    /// <summary>Text of a key: base32 of the bytes and their checksum, low byte first.</summary>
    internal static string EncodeWithChecksum(byte[] bytes)
    {
        var crc = Crc16(bytes);
        return Encode([.. bytes, (byte)crc, (byte)(crc >> 8)]);
    }

    /// <summary>Ed25519 public key (RFC 8032, 5.1.5).</summary>
    internal static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        var hash = SHA512.HashData(seed)[..SeedBytes];
        hash[0] &= 0xF8;
        hash[31] = (byte)((hash[31] & 0x7F) | 0x40);
        var key = Multiply(new BigInteger(hash, isUnsigned: true));
        CryptographicOperations.ZeroMemory(hash);
        return key;
    }

    /// <summary>The base point times a number, encoded (RFC 8032, 5.1.2).</summary>
    internal static byte[] Multiply(BigInteger scalar)
    {
        var sum = new Point(0, 1, 1, 0);
        for (var bit = 254; bit >= 0; bit--)
        {
            sum = Add(sum, sum);
            if (!((scalar >> bit) & 1).IsZero)
            {
                sum = Add(sum, s_base);
            }
        }

        var inverse = Inverse(sum.Z);
        var x = Mod(sum.X * inverse);
        var key = new byte[SeedBytes];
        Mod(sum.Y * inverse).TryWriteBytes(key, out _, isUnsigned: true);
        key[31] |= (byte)(x.IsEven ? 0 : 0x80);
        return key;
    }

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        int bits = 0, value = 0, at = 0;
        foreach (var c in text)
        {
            var digit = Base32.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            value = ((value << 5) | digit) & 0xFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(value >> bits);
            }
        }

        return bytes;
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[((bytes.Length * 8) + 4) / 5];
        int bits = 0, value = 0, at = 0;
        foreach (var b in bytes)
        {
            value = ((value << 8) | b) & 0xFFF;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[at++] = Base32[(value >> bits) & 31];
            }
        }

        if (bits > 0)
        {
            text[at] = Base32[(value << (5 - bits)) & 31];
        }

        return text.ToString();
    }

    /// <summary>CRC-16/XMODEM.</summary>
    private static int Crc16(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }

        return crc & 0xFFFF;
    }

    private static Point BasePoint()
    {
        var y = Mod(4 * Inverse(5));
        var x = Mod(BigInteger.Parse("15112221349535400772501151409588531511454012693041857206046113283949847762202", System.Globalization.CultureInfo.InvariantCulture));
        return new Point(x, y, 1, Mod(x * y));
    }

    /// <summary>Unified addition in extended coordinates (RFC 8032, 5.1.4).</summary>
    private static Point Add(Point left, Point right)
    {
        var a = Mod((left.Y - left.X) * (right.Y - right.X));
        var b = Mod((left.Y + left.X) * (right.Y + right.X));
        var c = Mod(left.T * 2 * s_d * right.T);
        var d = Mod(left.Z * 2 * right.Z);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), s_p - 2, s_p);

    private static BigInteger Mod(BigInteger value)
    {
        var result = value % s_p;
        return result.Sign < 0 ? result + s_p : result;
    }

    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);
}
