using System.CommandLine;
using DynamoAspire.Metrics.Linting;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Check;

/// <summary><c>dynamo-aspire check FILE|URL|-</c>: whether text follows its format to the letter.</summary>
internal static class CheckCommand
{
    private const int DefaultMaxErrors = 100;

    private const string Description =
        """
        Check exposition text by every rule of its format: text 0.0.4, text 1.0.0 (quoted names) or OpenMetrics 1.0.

        Each error is printed to standard error as SOURCE:LINE:COLUMN: reason: explanation. Columns count bytes, from 1. Errors in what several lines say together, such as a
        histogram without +Inf bucket, are given for the last of those lines.

        Examples:
          dynamo-aspire check metrics.txt
          dynamo-aspire check http://localhost:9400/metrics --lint
          dynamo-aspire collect DIR --format openmetrics | dynamo-aspire check - --format openmetrics

        Exit codes:
          0   valid; advice of --lint changes nothing about it
          1   invalid
          2   the source cannot be read, or is no exposition text
          64  the command line is wrong
        """;

    internal static Command Create(CliConsole console)
    {
        var source = new Argument<string>("FILE|URL|-") { Description = "What to check; - is standard input." };
        var format = new Option<string>("--format", "-f") { Description = "Format to check by. auto: by the content type of a URL, otherwise OpenMetrics if the last line is # EOF.", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong("auto", "text", "openmetrics");
        var lint = new Option<bool>("--lint") { Description = "Also give the advice of promtool on names and help, and for metrics named dynamo_aspire_* that of our own naming rules." };
        var maxErrors = new Option<int>("--max-errors") { Description = "Stop after so many errors.", DefaultValueFactory = _ => DefaultMaxErrors };
        maxErrors.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000)
            {
                result.AddError("--max-errors is a number from 1 to 1000000.");
            }
        });
        var command = new Command("check", Description) { source, format, lint, maxErrors };
        command.SetAction((result, cancellationToken) => RunAsync(
            console,
            result.GetRequiredValue(source),
            result.GetValue(format) switch { "text" => ExpositionFormat.Text, "openmetrics" => ExpositionFormat.OpenMetrics, _ => null },
            result.GetValue(lint),
            result.GetValue(maxErrors),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CliConsole console, string source, ExpositionFormat? wanted, bool lint, int maxErrors, CancellationToken cancellationToken)
    {
        CheckInput input;
        try
        {
            input = await CheckInput.ReadAsync(source, wanted, console, cancellationToken);
        }
        catch (CheckInputException e)
        {
            await console.Error.WriteLineAsync($"dynamo-aspire check: {e.Message}");
            return ExitCodes.Unreadable;
        }

        var name = source == "-" ? "stdin" : source;
        var format = FormatDetection.Of(input, wanted);
        var snapshot = new MetricSnapshot();
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true, Limits = ExpositionLimits.None });
        var errors = loader.Check(input.Body, format, snapshot, maxErrors);
        foreach (var error in errors)
        {
            await console.Error.WriteLineAsync($"{name}:{error.Line}:{error.Column}: {error.Reason.Name()}: {error.Reason.Explain()}");
        }

        if (lint)
        {
            foreach (var problem in MetricLint.Check(snapshot))
            {
                await console.OutputText.WriteLineAsync($"{name}: advice: {problem}");
            }
        }

        if (errors.Count == 0)
        {
            await console.OutputText.WriteLineAsync($"{name}: valid {FormatDetection.Name(format)}, {snapshot.FamilyCount} families, {snapshot.SampleCount} samples");
            return ExitCodes.Ok;
        }

        var bounded = errors.Count == maxErrors ? "; stopped there (--max-errors)" : "";
        await console.Error.WriteLineAsync($"{name}: invalid {FormatDetection.Name(format)}, {errors.Count} {(errors.Count == 1 ? "error" : "errors")}{bounded}");
        return ExitCodes.Invalid;
    }
}
