using System.Runtime.InteropServices;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Ctrl+C, SIGTERM, SIGHUP and the death of <c>dotnet run</c> ask to stop; a second request asks not to wait.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _atOnce = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopRequest()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Ask(signal.ToString());
            }));
        }
    }

    /// <summary>Set once somebody asked to stop.</summary>
    public CancellationToken Requested => _stop.Token;

    /// <summary>Set once somebody asked a second time.</summary>
    public CancellationToken AtOnce => _atOnce.Token;

    /// <summary>Who asked first.</summary>
    public string? Reason { get; private set; }

    public void Ask(string reason)
    {
        if (Reason is null)
        {
            Reason = reason;
            _stop.Cancel();
        }
        else
        {
            _atOnce.Cancel();
        }
    }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
        _atOnce.Dispose();
    }
}
