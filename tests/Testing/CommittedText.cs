using System.Text;

namespace DynamoAspire.Testing;

/// <summary>Text that is generated, committed and reviewed: a test compares it, and writes it anew when <c>UPDATE_COMMITTED=1</c> is set.</summary>
public static class CommittedText
{
    /// <summary>Variable that has the text written instead of compared.</summary>
    public const string UpdateVariable = "UPDATE_COMMITTED";

    /// <summary>Fails if the file's text is another one; the message shows the first line that differs and the command that brings the file up to date.</summary>
    /// <param name="path">Path within the repository.</param>
    /// <param name="text">What the file should hold.</param>
    /// <param name="command">Command that runs the test which calls this.</param>
    public static void Verify(string path, string text, string command)
    {
        ArgumentNullException.ThrowIfNull(text);
        var file = Path.Combine(RepositoryPaths.Root, path);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return;
        }

        if (Difference(File.Exists(file) ? File.ReadAllText(file) : "", text) is { } difference)
        {
            Xunit.Assert.Fail($"{path} is out of step: {difference}\nIf the change is meant: {UpdateVariable}=1 {command}");
        }
    }

    /// <summary>The first line that differs; null if none does.</summary>
    internal static string? Difference(string committed, string actual)
    {
        if (committed == actual)
        {
            return null;
        }

        var (old, now) = (committed.Split('\n'), actual.Split('\n'));
        var line = 0;
        while (line < old.Length && line < now.Length && old[line] == now[line])
        {
            line++;
        }

        return $"line {line + 1}\n- {(line < old.Length ? old[line] : "(end)")}\n+ {(line < now.Length ? now[line] : "(end)")}";
    }
}
