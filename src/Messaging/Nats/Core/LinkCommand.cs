namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Something other than a message that the link must do at its place in the order.</summary>
internal sealed class LinkCommand(LinkCommandKind kind, ListenerRegistration? registration = null)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinkCommandKind Kind => kind;

    public ListenerRegistration? Registration => registration;

    /// <summary>Ends when it was carried out, or with the reason why not.</summary>
    public Task Done => _done.Task;

    public void Complete() => _done.TrySetResult();

    public void Fail(NatsException reason)
    {
        _done.TrySetException(reason);

        // A caller that gave up waiting leaves nobody to see it.
        _ = _done.Task.Exception;
    }
}

internal enum LinkCommandKind
{
    Subscribe,
    Unsubscribe,
    Flush,
}
