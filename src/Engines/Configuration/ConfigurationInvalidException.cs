using System.Globalization;
using System.Text;

namespace DynamoAspire.Engines.Configuration;

/// <summary>The configuration cannot be used. The message lists every problem with its fix and is meant for the operator, without a stack trace.</summary>
public sealed class ConfigurationInvalidException : Exception
{
    /// <summary>
    /// Exit code of a process that refuses its configuration: <c>EX_CONFIG</c> of sysexits.h, so that a supervisor can tell it from a crash
    /// and need not restart it.
    /// </summary>
    public const int ExitCode = 78;

    /// <summary>Makes one from at least one problem.</summary>
    public ConfigurationInvalidException(IReadOnlyList<ConfigurationProblem> problems)
        : base(Describe(problems)) => Problems = problems;

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    private static string Describe(IReadOnlyList<ConfigurationProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count, nameof(problems));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The configuration has {problems.Count} problem{(problems.Count == 1 ? "" : "s")}; nothing was started.\n");
        foreach (var problem in problems)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {problem}\n");
        }

        var example = problems[0].Key;
        text.Append(CultureInfo.InvariantCulture, $"A key such as {example} is written --{example}=… on the command line and {example.Replace(":", "__", StringComparison.Ordinal)}=… in the environment.");
        return text.ToString();
    }
}
