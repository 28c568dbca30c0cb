using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.Engines.Addresses;

/// <summary>
/// Finds ranges of ports that two sockets would share. Each rank counts up from its engine's first port, so two base ports must be at
/// least the number of ranks apart; otherwise one engine's replay requests reach another's event socket and nothing says why.
/// </summary>
internal sealed class PortOverlaps
{
    private readonly List<(string Key, string Host, int First, int Last)> _ranges = [];

    /// <summary>Adds the ports of an address for ranks <paramref name="firstRank"/> and the following.</summary>
    public void Add(string key, ZmqAddress address, int firstRank, int ranks)
    {
        if (address.IsTcp)
        {
            _ranges.Add((key, address.ForConnect().ForBind().Host, address.Port + firstRank, address.Port + firstRank + ranks - 1));
        }
    }

    /// <summary>Adds a problem per pair that overlaps, to the later of the two.</summary>
    public void Report(ConfigurationProblems problems)
    {
        for (var i = 0; i < _ranges.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (earlier, later) = (_ranges[j], _ranges[i]);
                if (string.Equals(earlier.Host, later.Host, StringComparison.OrdinalIgnoreCase) && later.First <= earlier.Last && earlier.First <= later.Last)
                {
                    problems.Add(later.Key, $"its ports {Range(later.First, later.Last)} on {later.Host} overlap the ports {Range(earlier.First, earlier.Last)} of {problems.At(earlier.Key).Path}; each rank takes the next port, so choose a base port outside that range");
                }
            }
        }
    }

    private static string Range(int first, int last) => first == last ? $"{first}" : $"{first}-{last}";
}
