using System.Globalization;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>
/// Notices that <c>dotnet run</c> was killed. It starts the AppHost as a child and forwards signals, but SIGKILL cannot be forwarded, and the
/// AppHost with everything it started would stay. Only a parent that is <c>dotnet</c> is watched: a shell may end while its job goes on.
/// </summary>
internal static class ParentWatch
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls <paramref name="gone"/> when the parent dies; returns at once when the parent is nothing to watch.</summary>
    public static async Task RunAsync(bool? configured, Action gone, TimeProvider time, CancellationToken cancellationToken)
    {
        var parent = Native.ParentId();
        if (parent == 0 || !(configured ?? IsDotnet(parent)))
        {
            return;
        }

        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                // The kernel gives an orphan another parent at once, so this cannot be missed, nor be fooled by a reused process id.
                if (Native.ParentId() != parent)
                {
                    gone();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }

    private static bool IsDotnet(int processId)
    {
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cmdline");
            return File.Exists(path) && Path.GetFileNameWithoutExtension(File.ReadAllText(path).Split('\0')[0]) is "dotnet";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
