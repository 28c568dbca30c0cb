using System.Net;

namespace DynamoAspire.EngineSimulator.Control;

/// <summary>
/// Keeps web pages away from the control endpoints: a browser that shows some page would send that page's requests to the loopback as gladly as ours.
/// A request under a foreign name (DNS rebinding) or from a foreign page is refused; a command that takes no body takes none.
/// </summary>
internal static class ControlGuard
{
    private static readonly string[] s_withBody = ["/control/rate", "/control/loss"];

    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var local = context.HttpContext.Connection.LocalIpAddress;
        if ((local is null || IPAddress.IsLoopback(local)) && !IsLoopbackName(request.Host.Host))
        {
            return Refuse($"The control endpoints answer to localhost and 127.0.0.1, not to '{request.Host.Host}'.", StatusCodes.Status403Forbidden);
        }

        if (request.Headers.Origin is [{ } origin] && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse($"The control endpoints take no requests from pages of another origin ('{origin}').", StatusCodes.Status403Forbidden);
        }

        if (HttpMethods.IsPost(request.Method) && !s_withBody.Contains(request.Path.Value, StringComparer.OrdinalIgnoreCase) && await HasBodyAsync(request))
        {
            return Refuse("This command takes no body; what it needs is in the query (?engine=name, and ?mode=drop or error for kill).", StatusCodes.Status400BadRequest);
        }

        return await next(context);
    }

    private static bool IsLoopbackName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static async Task<bool> HasBodyAsync(HttpRequest request) => await request.Body.ReadAsync(new byte[1], request.HttpContext.RequestAborted) > 0;

    private static IResult Refuse(string problem, int status) => Results.Text(problem + "\n", "text/plain; charset=utf-8", statusCode: status);
}
