using System.Globalization;

namespace DynamoAspire.Metrics.Components;

/// <summary>Bounds of the frontend's histograms, with <c>DYN_METRICS_{X}_{MIN,MAX,COUNT}</c> honoured, and the older <c>DYN_HISTOGRAM_{X}_…</c>.</summary>
public sealed record FrontendBuckets
{
    private const string VariablePrefix = "DYN_METRICS_";
    private const string LegacyVariablePrefix = "DYN_HISTOGRAM_";

    /// <summary>The defaults.</summary>
    public static FrontendBuckets Default { get; } = new();

    /// <summary>Bounds of <c>tokenizer_latency_ms</c>: .5, 1, 2 … 512.</summary>
    public static IReadOnlyList<double> TokenizerMilliseconds { get; } = [.. Enumerable.Range(-1, 11).Select(e => Math.Pow(2, e))];

    /// <summary>Bounds of the number of images, videos or audio clips of a request.</summary>
    public static IReadOnlyList<double> MediaPerRequest { get; } = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 100];

    /// <summary>Bounds of <c>image_tokens_per_request</c>: 4, 8 … 65536.</summary>
    public static IReadOnlyList<double> ImageTokens { get; } = [.. Enumerable.Range(2, 15).Select(e => Math.Pow(2, e))];

    /// <summary>Bounds of <c>model_migration_duration_seconds</c>.</summary>
    public static IReadOnlyList<double> MigrationSeconds { get; } = [.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60];

    /// <summary>Seconds of a request.</summary>
    public IReadOnlyList<double> RequestDuration { get; init; } = new LogSpacedBuckets(1, 512, 10).ToBounds();

    /// <summary>Tokens of a prompt.</summary>
    public IReadOnlyList<double> InputSequence { get; init; } = new LogSpacedBuckets(50, 128_000, 12).ToBounds();

    /// <summary>Tokens of an answer.</summary>
    public IReadOnlyList<double> OutputSequence { get; init; } = new LogSpacedBuckets(50, 32_000, 10).ToBounds();

    /// <summary>Seconds to the first token.</summary>
    public IReadOnlyList<double> TimeToFirstToken { get; init; } = new LogSpacedBuckets(0.001, 480, 18).ToBounds();

    /// <summary>Seconds between tokens.</summary>
    public IReadOnlyList<double> InterToken { get; init; } = new LogSpacedBuckets(0.001, 2, 13).ToBounds();

    /// <summary>Seconds of an embedding.</summary>
    public IReadOnlyList<double> EmbeddingLatency { get; init; } = new LogSpacedBuckets(0.001, 10, 14).ToBounds();

    /// <summary>Reads the settings. What is not valid is told and the default taken.</summary>
    /// <param name="read">Gives a variable's value, or null; the process's environment if null.</param>
    /// <param name="warnings">What to tell the user.</param>
    public static FrontendBuckets FromEnvironment(Func<string, string?>? read, out IReadOnlyList<string> warnings)
    {
        var told = new List<string>();
        read ??= Environment.GetEnvironmentVariable;
        warnings = told;
        return new FrontendBuckets
        {
            RequestDuration = Read("REQUEST_DURATION", new(1, 512, 10), read, told),
            InputSequence = Read("INPUT_SEQUENCE", new(50, 128_000, 12), read, told),
            OutputSequence = Read("OUTPUT_SEQUENCE", new(50, 32_000, 10), read, told),
            TimeToFirstToken = Read("TTFT", new(0.001, 480, 18), read, told),
            InterToken = Read("ITL", new(0.001, 2, 13), read, told),
            EmbeddingLatency = Read("EMBEDDING_LATENCY", new(0.001, 10, 14), read, told),
        };
    }

    private static IReadOnlyList<double> Read(string name, LogSpacedBuckets defaults, Func<string, string?> read, List<string> warnings)
    {
        var parsed = true;
        var minimum = Number("MIN", defaults.Minimum);
        var maximum = Number("MAX", defaults.Maximum);
        var count = Number("COUNT", defaults.Count);
        if (!parsed)
        {
            return defaults.ToBounds();
        }

        if (count == 0)
        {
            return [];
        }

        var asked = new LogSpacedBuckets(minimum, maximum, count is >= 0 and <= LogSpacedBuckets.MaxCount && count == Math.Floor(count) ? (int)count : -1);
        if (!asked.IsValid)
        {
            warnings.Add($"{VariablePrefix}{name}_*: buckets need finite numbers, 0 < MIN < MAX and a COUNT of at most {LogSpacedBuckets.MaxCount}; the defaults are used.");
            return defaults.ToBounds();
        }

        var bounds = asked.ToBounds();
        if (bounds.Count < asked.Count * 0.9)
        {
            warnings.Add($"{VariablePrefix}{name}_*: of {asked.Count} buckets {asked.Count - bounds.Count} are the same when rounded to two digits; {bounds.Count} remain.");
        }

        return bounds;

        double Number(string part, double otherwise)
        {
            var variable = $"{VariablePrefix}{name}_{part}";
            var text = read(variable);
            if (text is null && read($"{LegacyVariablePrefix}{name}_{part}") is { } legacy)
            {
                warnings.Add($"{LegacyVariablePrefix}{name}_{part} is the old name of {variable}; use that.");
                text = legacy;
            }

            if (text is null)
            {
                return otherwise;
            }

            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            parsed = false;
            warnings.Add($"{variable} '{text}' is not a number; the defaults are used.");
            return otherwise;
        }
    }
}
