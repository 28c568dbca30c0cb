namespace DynamoAspire.Testing;

/// <summary>A test that looks at a page in headless Chromium; skipped, with the reason, where there is none.</summary>
public sealed class ChromiumFactAttribute : Xunit.FactAttribute
{
    /// <summary>Looks for the browser.</summary>
    public ChromiumFactAttribute()
    {
        if (Chromium.Path is null)
        {
            Skip = "Chromium is not on this machine (Debian: apt-get install chromium; Ubuntu's package is only a snap).";
        }
    }
}
