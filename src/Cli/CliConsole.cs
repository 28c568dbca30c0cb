using System.Text;

namespace DynamoAspire.Cli;

/// <summary>Where a command reads and writes: results as bytes on the output, everything else as text on the error stream.</summary>
internal sealed class CliConsole
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    internal CliConsole(Stream input, Stream output, TextWriter error)
    {
        Input = input;
        Output = output;
        OutputText = new StreamWriter(output, s_utf8, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        Error = error;
    }

    /// <summary>Standard input.</summary>
    internal Stream Input { get; }

    /// <summary>Results.</summary>
    internal Stream Output { get; }

    /// <summary>Results that are text; the same stream.</summary>
    internal TextWriter OutputText { get; }

    /// <summary>Messages for the user.</summary>
    internal TextWriter Error { get; }

    /// <summary>The terminal that results go to; null when they go to a file, a pipe or a test.</summary>
    internal CliTerminal? Terminal { get; init; }

    /// <summary>Clock of what waits.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal static CliConsole OfProcess() => new(Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.Error) { Terminal = CliTerminal.OfProcess() };
}
