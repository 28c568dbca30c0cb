using System.Text;

namespace DynamoAspire.Cli.Tests;

/// <summary>Runs the command line within the test and keeps what it says.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    internal static Task<CliRun> OfAsync(params string[] args) => WithInputAsync([], args);

    internal static async Task<CliRun> WithInputAsync(byte[] input, params string[] args)
    {
        using var standardInput = new MemoryStream(input);
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(args, new CliConsole(standardInput, output, error));
        return new CliRun(exit, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
