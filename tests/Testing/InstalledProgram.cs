namespace DynamoAspire.Testing;

/// <summary>Looks for programs of others that tests compare us with.</summary>
public static class InstalledProgram
{
    /// <summary>Path of a program on <c>PATH</c>, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Why a test that needs the program is skipped, or null where the program is installed.</summary>
    public static string? WhyMissing(string name) => Find(name) is null ? $"{name} is not on PATH ({Remedy(name)})." : null;

    private static string Remedy(string name) => name switch
    {
        "promtool" or "prometheus" => "Debian and Ubuntu: apt-get install prometheus has both",
        _ => "eng/setup.sh test installs what tests need",
    };
}
