using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Zmq;
using Microsoft.AspNetCore.Connections;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>Turns what can go wrong at start, and can be put right by the operator, into a message and an exit code.</summary>
internal static partial class StartFailure
{
    public static bool TryDescribe(Exception failure, string service, [NotNullWhen(true)] out string? message, out int exitCode)
    {
        (message, exitCode) = failure switch
        {
            ConfigurationInvalidException e => (e.Message, ServiceExitCodes.ConfigurationInvalid),
            ServiceStartException e => (e.Message, e.ExitCode),
            NatsException { Error: NatsError.LibraryMissing } e => (e.Message, ServiceExitCodes.Unavailable),
            NatsException { Error: NatsError.Invalid } e => (e.Message, ServiceExitCodes.ConfigurationInvalid),
            ZmqException { Error: ZmqError.LibraryMissing or ZmqError.AddressInUse } e => (e.Message, ServiceExitCodes.Unavailable),
            // Kestrel: "Invalid url: 'nonsense'".
            FormatException e when e.Message.StartsWith("Invalid url", StringComparison.Ordinal) =>
                ($"{e.Message}. Write --urls http://127.0.0.1:PORT (or the variable ASPNETCORE_URLS).", ServiceExitCodes.ConfigurationInvalid),
            IOException { InnerException: AddressInUseException } e => (PortTaken(e.Message), ServiceExitCodes.Unavailable),
            AggregateException { InnerExceptions.Count: 1 } e when TryDescribe(e.InnerExceptions[0], service, out var inner, out var code) => (inner, code),
            _ => ((string?)null, ServiceExitCodes.Failure),
        };
        if (message is not null && failure is not AggregateException)
        {
            message = $"{service} cannot start. {message}";
        }

        return message is not null;
    }

    /// <summary>What to say of a TCP port that is taken: by whom, and what to do.</summary>
    public static string PortTaken(int port, string remedy)
    {
        var owner = PortOwner.Find(port);
        return string.Create(CultureInfo.InvariantCulture, $"Port {port} is taken{(owner is null ? "" : $" by {owner}")}. Stop that process or use another port: {remedy}");
    }

    // Kestrel: "Failed to bind to address http://127.0.0.1:9420: address already in use."
    private static string PortTaken(string kestrel) =>
        Port().Match(kestrel) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? PortTaken(port, "--urls http://127.0.0.1:PORT (or the variable ASPNETCORE_URLS).")
            : kestrel;

    [GeneratedRegex(@":(\d{1,5})(?!\d)(?!.*:\d)")]
    private static partial Regex Port();
}
