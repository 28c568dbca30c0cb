using Microsoft.Extensions.Hosting;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>Lets a part of a running service end the whole of it with an exit code, after an orderly stop.</summary>
public sealed class ServiceFailure(IHostApplicationLifetime lifetime)
{
    private int _exitCode;

    /// <summary>Exit code so far.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    /// <summary>Stops the service; the first call's exit code counts. Log the reason before.</summary>
    public void Stop(int exitCode)
    {
        Interlocked.CompareExchange(ref _exitCode, exitCode, 0);
        lifetime.StopApplication();
    }
}
