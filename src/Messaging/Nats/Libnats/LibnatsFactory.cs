using System.Globalization;
using System.Runtime.InteropServices;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <summary>Links through the NATS C client.</summary>
internal sealed class LibnatsFactory : NatsLinkFactory
{
    // Listeners are quick by contract; a few threads serve any number of subscriptions.
    private const int DeliveryThreads = 4;
    private const uint OldestVersion = 0x03_00_00;

    private static readonly Lazy<NatsException?> s_problem = new(Open);

    public override NatsAdapter Adapter => NatsAdapter.Libnats;

    public override string Name => "libnats";

    public override void Validate(NatsOptions options)
    {
        if (s_problem.Value is { } problem)
        {
            throw new NatsException(problem.Error, problem.Message, problem);
        }
    }

    public override async ValueTask<NatsLink> ConnectAsync(NatsServerAddress server, NatsOptions options, INatsLinkOwner owner, CancellationToken cancellationToken)
    {
        var link = new LibnatsLink(server, options, owner);
        var attempt = link.ConnectAsync().AsTask();
        try
        {
            await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch (OperationCanceledException)
        {
            // The library cannot be interrupted while it connects; its thread cleans up when the attempt ends.
            _ = attempt.ContinueWith(static (_, state) => ((LibnatsLink)state!).DisposeAsync().AsTask(), link, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static unsafe NatsException? Open()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Nats, out _))
        {
            return new NatsException(
                NatsError.LibraryMissing,
                "The NATS C client library (libnats 3.x) was not found. Debian and Ubuntu: apt-get install libnats3.4 (the package's name ends in its version; ./run.sh installs it). "
                + "macOS: brew install cnats. Windows: vcpkg install cnats. Or name the file in " + NativeLibraries.OverrideVariable(NativeLibraries.Nats) + ".");
        }

        try
        {
            if (LibnatsNative.nats_GetVersionNumber() < OldestVersion)
            {
                return TooOld();
            }

            var status = LibnatsNative.nats_Open(-1);
            if (status != LibnatsStatus.Ok)
            {
                return new NatsException(NatsError.LibraryMissing, string.Create(CultureInfo.InvariantCulture, $"libnats did not start: status {status}."));
            }

            _ = LibnatsNative.nats_SetMessageDeliveryPoolSize(DeliveryThreads);
            return null;
        }
        catch (EntryPointNotFoundException)
        {
            return TooOld();
        }
    }

    private static unsafe NatsException TooOld() =>
        new(NatsError.LibraryMissing, $"The NATS C client library found is version {Marshal.PtrToStringUTF8((nint)LibnatsNative.nats_GetVersion())}; 3.0 or newer is needed (Debian 12, Ubuntu 24.04: libnats3.4 or newer).");
}
