using DynamoAspire.Engines.Addresses;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.Engines;

/// <summary>What must hold between engines.</summary>
internal static class EngineSetRules
{
    public static void CheckUnique(List<(string Key, EngineOptions Options)> engines, ConfigurationProblems problems)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var ids = new Dictionary<ulong, (string Key, string Name)>();
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, options) in engines)
        {
            if (options.Name.Length > 0 && !names.TryAdd(options.Name, key))
            {
                problems.Add($"{key}:{nameof(EngineOptions.Name)}", $"'{options.Name}' is the name of engine {names[options.Name]} too; metrics and stat records tell engines apart by name, so give each its own");

                // Equal names in one component have equal derived ids as well: that is the same mistake, not a second one.
                continue;
            }

            var identity = new EngineIdentity(options);
            if (!ids.TryAdd(identity.WorkerId, (key, options.Name)))
            {
                var other = ids[identity.WorkerId];
                problems.Add($"{key}:{nameof(EngineOptions.WorkerId)}", $"{identity.WorkerId} (0x{identity.WorkerIdText}) is the worker id of engine {other.Key} ('{other.Name}') too; routers would mix up their caches, so give each its own");
            }

            if (!string.IsNullOrEmpty(options.MultiprocDir) && !folders.TryAdd(Path.TrimEndingDirectorySeparator(options.MultiprocDir), key))
            {
                problems.Add($"{key}:{nameof(EngineOptions.MultiprocDir)}", $"'{options.MultiprocDir}' is the directory of engine {folders[Path.TrimEndingDirectorySeparator(options.MultiprocDir)]} too; every value in it would count twice, so give each engine its own (one server with several ranks is one engine with {nameof(EngineOptions.DpSize)})");
            }
        }
    }

    public static void CheckPorts(List<(string Key, EngineOptions Options)> engines, ConfigurationProblems problems)
    {
        var overlaps = new PortOverlaps();
        foreach (var (key, options) in engines)
        {
            if (options.DpStart < 0 || options.DpSize is < 1 or > EngineOptions.MaxDpSize)
            {
                continue;
            }

            Add($"{key}:{nameof(EngineOptions.KvEvents)}", options.KvEvents, options);
            Add($"{key}:{nameof(EngineOptions.KvReplay)}", options.KvReplay, options);
        }

        overlaps.Report(problems);

        void Add(string key, string? value, EngineOptions options)
        {
            if (ZmqAddress.TryParse(value, out var address, out _))
            {
                overlaps.Add(key, address, options.DpStart, options.DpSize);
            }
        }
    }
}
