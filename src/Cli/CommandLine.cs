using System.CommandLine;
using DynamoAspire.Cli.Check;
using DynamoAspire.Cli.Collect;
using DynamoAspire.Cli.Decode;
using DynamoAspire.Cli.Reap;
using DynamoAspire.Cli.Watch;

namespace DynamoAspire.Cli;

/// <summary>The command line as a whole: its commands, and what an exit code says.</summary>
internal static class CommandLine
{
    internal static RootCommand Create(CliConsole console)
    {
        var root = new RootCommand("Tools for the metrics and KV-cache events of LLM inference engines.")
        {
            CheckCommand.Create(console),
            CollectCommand.Create(console),
            DecodeCommand.Create(console),
            ReapCommand.Create(console),
            WatchCommand.Create(console),
        };
        return root;
    }

    internal static async Task<int> RunAsync(string[] args, CliConsole console)
    {
        var parsed = Create(console).Parse(args);
        var configuration = new InvocationConfiguration { Output = console.OutputText, Error = console.Error, EnableDefaultExceptionHandler = false };
        try
        {
            var exit = await parsed.InvokeAsync(configuration);
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : exit;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failure;
        }
        catch (IOException e) when (IsBrokenPipe(e))
        {
            // `dynamo-aspire … | head` has read enough.
            return ExitCodes.Ok;
        }
        catch (Exception e)
        {
            await console.Error.WriteLineAsync($"dynamo-aspire: {e}");
            return ExitCodes.Failure;
        }
    }

    // EPIPE on Unix, ERROR_NO_DATA and ERROR_BROKEN_PIPE on Windows.
    private static bool IsBrokenPipe(IOException e) => (e.HResult & 0xFFFF) is 32 or 232 or 109;
}
