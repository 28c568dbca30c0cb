using DynamoAspire.Engines;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>Checks that options which name a multiprocess directory name one that there is; a name misspelt would silently do nothing.</summary>
internal static class DirectoryNames
{
    /// <summary>Adds a problem for each name that is of no directory.</summary>
    internal static void Check(AggregatorOptions options, EngineSet engines, ConfigurationProblems problems)
    {
        // With a broken section Engines there are none to compare with; what is broken there is reported already.
        if (problems.All.Any(p => p.Key.StartsWith("Engines", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        var known = engines.Where(e => e.Options.MultiprocDir is { Length: > 0 }).Select(e => e.Name).Concat(options.Directories.Select(d => d.Name)).ToHashSet(StringComparer.Ordinal);
        var reaper = options.Reaper;
        var at = problems.At(AggregatorOptions.Section);
        Check(at.At(nameof(options.Reaper)), nameof(reaper.Directories), reaper.Directories, known);
        Check(at.At(nameof(options.Reaper)), nameof(reaper.ByAge), reaper.ByAge, known);
        Check(at.At(nameof(options.Reaper)), nameof(reaper.SharedProcessIds), reaper.SharedProcessIds, known);
        for (var i = 0; i < options.GaugeModes.Count; i++)
        {
            Check(at.At($"{nameof(options.GaugeModes)}:{i}"), nameof(GaugeModeOptions.Directory), options.GaugeModes[i].Directory, known);
        }
    }

    private static void Check(ConfigurationProblems problems, string key, IReadOnlyList<string> names, HashSet<string> known)
    {
        for (var i = 0; i < names.Count; i++)
        {
            Check(problems, $"{key}:{i}", names[i], known);
        }
    }

    private static void Check(ConfigurationProblems problems, string key, string name, HashSet<string> known)
    {
        if (name.Length > 0 && !known.Contains(name))
        {
            var names = known.Count == 0 ? "there is none" : "there are " + string.Join(", ", known.Order(StringComparer.Ordinal));
            problems.Add(key, $"'{OptionsReader.Shown(name)}' is neither an engine with a MultiprocDir nor one of {AggregatorOptions.Section}:{nameof(AggregatorOptions.Directories)}; {names}");
        }
    }
}
