using System.Text;

namespace DynamoAspire.Messaging.Nats;

/// <summary>
/// A publish subject, validated once and kept as NUL-terminated UTF-8, so that a publish neither encodes nor allocates.
/// Grammar: tokens of one or more characters other than white space, <c>.</c>, <c>*</c> and <c>&gt;</c>, joined by <c>.</c>.
/// </summary>
public sealed class NatsSubject
{
    private readonly byte[] _utf8;

    /// <summary>Validates and encodes.</summary>
    /// <exception cref="NatsException">The text is not a subject one can publish to.</exception>
    public NatsSubject(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!IsValid(value))
        {
            throw new NatsException(NatsError.Invalid, $"'{value}' is not a NATS subject: it needs non-empty tokens joined by '.', without white space, '*' or '>'.");
        }

        Value = value;
        _utf8 = new byte[Encoding.UTF8.GetByteCount(value) + 1];
        Encoding.UTF8.GetBytes(value, _utf8);
    }

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>UTF-8 without the terminator.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8.AsSpan(0, _utf8.Length - 1);

    /// <summary>UTF-8 with a closing NUL, as C libraries want it.</summary>
    public ReadOnlySpan<byte> NulTerminatedUtf8 => _utf8;

    /// <summary>Whether a text can be subscribed to: as a subject, with <c>*</c> for one token and a closing <c>&gt;</c> for the rest.</summary>
    public static bool IsValidPattern(string value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        var tokens = value.Split('.');
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] != "*" && !(tokens[i] == ">" && i == tokens.Length - 1) && !IsValid(tokens[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a text can be published to.</summary>
    public static bool IsValid(string value)
    {
        if (string.IsNullOrEmpty(value) || value[0] == '.' || value[^1] == '.')
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or '>' || (c == '.' && value[i - 1] == '.'))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
