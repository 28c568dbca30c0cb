namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Lets any number of waiters see that some resource changed. Take <see cref="Next"/> first, look second, wait third.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
