using System.Buffers;
using System.Net;
using DynamoAspire.Engines.Addresses;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.Engines;

public sealed partial record EngineOptions
{
    private const int MaxNameLength = 128;
    private static readonly SearchValues<char> s_nameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@-");

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Name.Length is 0 or > MaxNameLength || Name.AsSpan().IndexOfAnyExcept(s_nameCharacters) >= 0)
        {
            problems.Add(nameof(Name), Name.Length == 0
                ? "missing; give each engine a name (letters, digits and . _ : @ -)"
                : $"'{Name}' is not a name; use up to {MaxNameLength} letters, digits and . _ : @ -");
        }

        CheckToken(problems, nameof(Namespace), Namespace);
        CheckToken(problems, nameof(Component), Component);
        CheckToken(problems, nameof(Endpoint), Endpoint);
        problems.InRange(nameof(BlockSize), BlockSize, 1, 1 << 20, "a number of tokens per block");
        problems.InRange(nameof(DpStart), DpStart, 0, 65_535, "a rank");
        problems.InRange(nameof(DpSize), DpSize, 1, MaxDpSize, "a number of ranks");
        CheckRanked(problems, nameof(KvEvents), KvEvents);
        CheckRanked(problems, nameof(KvReplay), KvReplay);
        if (!string.IsNullOrEmpty(KvReplay) && string.IsNullOrEmpty(KvEvents))
        {
            problems.Add(nameof(KvReplay), $"is given without {nameof(KvEvents)}; give the address of the events too, or remove it");
        }

        if (!string.IsNullOrEmpty(StatsUrl) && !ZmqAddress.TryParse(StatsUrl, out _, out var problem))
        {
            problems.Add(nameof(StatsUrl), problem);
        }

        CheckUrl(problems, nameof(MetricsUrl), MetricsUrl);
        CheckUrl(problems, nameof(HealthUrl), HealthUrl);
        if (MultiprocDir?.Contains('\0', StringComparison.Ordinal) == true)
        {
            problems.Add(nameof(MultiprocDir), "is not a path");
        }
    }

    // One token of a NATS subject; '/' separates the parts of the text that worker ids are derived from.
    private static void CheckToken(ConfigurationProblems problems, string key, string value)
    {
        if (value.Length is 0 or > MaxNameLength || value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '.' or '*' or '>' or '/'))
        {
            problems.Add(key, $"'{value}' cannot be one token of a NATS subject; use 1 to {MaxNameLength} characters, none of them white space or one of . * > /");
        }
    }

    private void CheckRanked(ConfigurationProblems problems, string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        if (!ZmqAddress.TryParse(value, out var address, out var problem))
        {
            problems.Add(key, problem);
            return;
        }

        var lastRank = (long)DpStart + DpSize - 1;
        if (lastRank > 0 && address.Scheme == "ipc")
        {
            problems.Add(key, $"'{value}' cannot serve rank {lastRank}: only a tcp address has a rule for ranks above 0; write tcp://host:port");
        }
        else if (address.IsTcp && address.Port + lastRank > 65_535)
        {
            problems.Add(key, $"rank {lastRank} would be at port {address.Port + lastRank} ('{value}' + rank), and ports end at 65535; choose a lower base port");
        }
    }

    private static void CheckUrl(ConfigurationProblems problems, string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "https+http" or "http+https") || url.Host.Length == 0)
        {
            problems.Add(key, $"'{OptionsReader.Shown(value)}' is not a web address; write http://host:port/path");
        }
        else if (url.UserInfo.Length > 0)
        {
            problems.Add(key, "holds a user or password, which would show in logs; remove it");
        }
        else if (IPAddress.TryParse(url.Host, out var ip) && (ip.IsIPv6LinkLocal || (ip.MapToIPv4().GetAddressBytes() is [169, 254, ..] && (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || ip.IsIPv4MappedToIPv6))))
        {
            problems.Add(key, $"'{value}' is a link-local address, where clouds keep their credentials; it is refused");
        }
    }
}
