namespace DynamoAspire.Testing;

/// <summary>Headless Chromium: a page as a person would get it, scripts run.</summary>
public static class Chromium
{
    private static readonly string[] s_candidates = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

    /// <summary>The browser, or null.</summary>
    public static string? Path { get; } = s_candidates.FirstOrDefault(File.Exists);

    /// <summary>The document after its scripts have run for a while.</summary>
    public static async Task<string> DumpDomAsync(Uri url, int width = 1280)
    {
        ArgumentNullException.ThrowIfNull(url);
        using var profile = new TemporaryDirectory();
        await using var browser = ChildProcess.Start(
            Path ?? throw new InvalidOperationException("Chromium is not on this machine."),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--user-data-dir={profile.Path}", $"--window-size={width},900", "--virtual-time-budget=5000", "--dump-dom", url.ToString(),
            ]);
        await browser.WaitForExitAsync(TimeSpan.FromSeconds(60));
        return string.Join('\n', browser.StandardOutput);
    }
}
