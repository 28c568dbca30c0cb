using System.CommandLine;
using System.CommandLine.Parsing;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Collect;

/// <summary><c>dynamo-aspire collect DIR</c>: what Python's multiprocess collector would print.</summary>
internal static class CollectCommand
{
    private const string Description =
        """
        Print the metrics that the processes of an engine have left in a PROMETHEUS_MULTIPROC_DIR, merged over the processes.

        A damaged or foreign file never hides the others: it is left out and named on standard error, as is a family that files declare with different types.

        Examples:
          dynamo-aspire collect /tmp/vllm_prometheus
          dynamo-aspire collect "$PROMETHEUS_MULTIPROC_DIR" --format openmetrics --prefix vllm: --prefix lmcache:
          dynamo-aspire collect DIR --label engine_name=a --label rack=7 --stats
          dynamo-aspire collect DIR --gauge-mode vllm:kv_cache_usage_perc=mostrecent
          dynamo-aspire collect DIR --strict > metrics.txt || echo "something was left out"

        Exit codes:
          0   printed
          1   printed, but something was left out (with --strict only)
          2   DIR is missing, no directory, or cannot be listed
          64  the command line is wrong
        """;

    internal static Command Create(CliConsole console)
    {
        var directory = new Argument<string>("DIR") { Description = "The directory." };
        var format = new Option<string>("--format", "-f") { Description = "Text format to print.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "openmetrics");
        var prefixes = new Option<string[]>("--prefix", "-p") { Description = "Print only families whose names begin so. May be given several times.", DefaultValueFactory = _ => [] };
        var labels = new Option<(string Name, string Value)[]>("--label", "-l")
        {
            Description = "Add a label, name=value, to every series that has none of that name. May be given several times.",
            CustomParser = ParseLabels,
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = false,
        };
        var modes = new Option<KeyValuePair<string, GaugeMode>[]>("--gauge-mode")
        {
            Description = $"Read a gauge in another mode than it was written in, family=mode ({string.Join(", ", Enum.GetNames<GaugeMode>()).ToLowerInvariant()}). May be given several times.",
            CustomParser = ParseModes,
            DefaultValueFactory = _ => [],
        };
        var statistics = new Option<bool>("--stats") { Description = "Say on standard error how much was read, left out and printed, and how long it took." };
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 if a file or a family was left out." };
        var command = new Command("collect", Description) { directory, format, prefixes, labels, modes, statistics, strict };
        command.SetAction(result => CollectRun.Run(console, new CollectRequest(
            result.GetRequiredValue(directory),
            result.GetValue(format) == "openmetrics" ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text,
            result.GetValue(prefixes) ?? [],
            result.GetValue(labels) ?? [],
            new Dictionary<string, GaugeMode>(result.GetValue(modes) ?? []),
            result.GetValue(strict),
            result.GetValue(statistics))));
        return command;
    }

    private static (string Name, string Value)[] ParseLabels(ArgumentResult result)
    {
        var labels = new List<(string Name, string Value)>();
        foreach (var token in result.Tokens)
        {
            var at = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                result.AddError($"--label '{token.Value}' is not of the form name=value.");
            }
            else if (!MetricNames.IsValidLabelName(token.Value[..at]))
            {
                result.AddError($"--label '{token.Value}': '{token.Value[..at]}' is not a label name ([a-zA-Z_][a-zA-Z0-9_]*, not starting with __).");
            }
            else if (labels.Exists(l => l.Name == token.Value[..at]))
            {
                result.AddError($"--label {token.Value[..at]} is given twice.");
            }
            else
            {
                labels.Add((token.Value[..at], token.Value[(at + 1)..]));
            }
        }

        return [.. labels];
    }

    private static KeyValuePair<string, GaugeMode>[] ParseModes(ArgumentResult result)
    {
        var modes = new Dictionary<string, GaugeMode>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var at = token.Value.LastIndexOf('=');
            if (at <= 0 || !Enum.TryParse<GaugeMode>(token.Value[(at + 1)..], ignoreCase: true, out var mode) || !char.IsAsciiLetter(token.Value[at + 1]))
            {
                result.AddError($"--gauge-mode '{token.Value}' is not of the form family=mode with a mode of {string.Join(", ", Enum.GetNames<GaugeMode>()).ToLowerInvariant()}.");
            }
            else if (!modes.TryAdd(token.Value[..at], mode))
            {
                result.AddError($"--gauge-mode {token.Value[..at]} is given twice.");
            }
        }

        return [.. modes];
    }
}
