namespace DynamoAspire.KvEvents.Index;

/// <summary>What a <c>cleared</c> event empties.</summary>
public enum KvClearScope
{
    /// <summary>All ranks of the worker, as Dynamo's routers do.</summary>
    Worker = 0,

    /// <summary>Only the rank that sent it: for an index whose ranks are followed one by one, where the other ranks' blocks are still known.</summary>
    Rank,
}
