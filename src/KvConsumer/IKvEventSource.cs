using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvConsumer;

/// <summary>Where router events come from, in the order of the source. One reader at a time.</summary>
public interface IKvEventSource : IAsyncDisposable
{
    /// <summary>Messages that were no router event, left out.</summary>
    long Undecodable { get; }

    /// <summary>Messages that the source knows to have lost.</summary>
    long Lost { get; }

    /// <summary>Waits for the next event; messages that are none are counted and passed over.</summary>
    /// <param name="destination">Receives the event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask ReadAsync(RouterEvent destination, CancellationToken cancellationToken = default);
}
