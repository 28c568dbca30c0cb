using Aspire.Hosting;

namespace DynamoAspire.LocalRuntime.Building;

/// <summary>Exceptions whose message is meant for the user end the process with that message alone, and exit code 1.</summary>
internal static class UserErrors
{
    private static int s_registered;

    public static void ReportWithoutStackTrace()
    {
        if (Interlocked.Exchange(ref s_registered, 1) == 1)
        {
            return;
        }

        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (e.ExceptionObject is DistributedApplicationException or ArgumentException)
            {
                Console.Error.WriteLine(((Exception)e.ExceptionObject).Message);
                Environment.Exit(1);
            }
        };
    }
}
