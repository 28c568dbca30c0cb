namespace DynamoAspire.KvEvents.Queries;

/// <summary>How an answer with events is written.</summary>
public enum KvAnswerShape
{
    /// <summary><c>{"Events":{"events":[…],"last_event_id":n}}</c>, as from v1 on.</summary>
    WithLastEventId = 0,

    /// <summary><c>{"Events":[…]}</c>, as routers of the reference generation expect.</summary>
    EventsOnly,
}
