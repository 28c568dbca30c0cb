using System.Net.Http.Headers;
using System.Text;

namespace DynamoAspire.Cli.Pages;

/// <summary>An address of a page, with the user and password that may stand in it kept apart: they are sent, and never shown.</summary>
/// <param name="Url">Without them; also its text.</param>
/// <param name="Credentials">What is sent; null if there are none.</param>
internal sealed record PageAddress(Uri Url, AuthenticationHeaderValue? Credentials)
{
    /// <summary>False if the text is no http or https address.</summary>
    internal static bool TryParse(string text, out PageAddress address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            address = null!;
            return false;
        }

        var user = url.UserInfo;
        address = user.Length == 0
            ? new PageAddress(url, null)
            : new PageAddress(
                new UriBuilder(url) { UserName = "", Password = "" }.Uri,
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)))));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Url.ToString();
}
