using System.Diagnostics.CodeAnalysis;

namespace DynamoAspire.KvEventRelay.Links;

/// <summary>A lane's view of one rank of an engine: its live batches and its replay. Used by one lane; the counters may be read from any thread.</summary>
internal interface IEngineLink : IAsyncDisposable
{
    /// <summary>Whether the engine has a replay socket.</summary>
    bool CanReplay { get; }

    /// <summary>Whether the live connection is up.</summary>
    bool IsConnected { get; }

    /// <summary>How often the live connection was made.</summary>
    long Connections { get; }

    /// <summary>Batches received and not yet read.</summary>
    int Pending { get; }

    /// <summary>Messages that were no batch: another number of frames, or a sequence that is not eight bytes long.</summary>
    long Malformed { get; }

    /// <summary>Messages larger than allowed.</summary>
    long Oversized { get; }

    /// <summary>Called after <see cref="Connections"/> has grown, on any thread.</summary>
    Action? Connected { get; set; }

    /// <summary>Begins to receive.</summary>
    ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>Takes a live batch if one waits.</summary>
    bool TryReceive(out LinkMessage message);

    /// <summary>Waits for a live batch.</summary>
    ValueTask<LinkMessage> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Asks for everything from a sequence on that the engine still has. Live batches wait meanwhile, within the bounds of the sockets.</summary>
    ValueTask<IReplay> ReplayAsync(ulong from, CancellationToken cancellationToken);
}

/// <summary>Answers to one request for replay.</summary>
internal interface IReplay : IAsyncDisposable
{
    /// <summary>The next answer. After <see cref="ReplayStep.End"/> or <see cref="ReplayStep.TimedOut"/> there is none.</summary>
    ValueTask<(ReplayStep Step, LinkMessage Message)> NextAsync(CancellationToken cancellationToken);
}

/// <summary>Kind of an answer.</summary>
internal enum ReplayStep
{
    /// <summary>A batch, in the order of sequences.</summary>
    Batch = 0,

    /// <summary>The engine has no more.</summary>
    End,

    /// <summary>The engine was silent for too long, or the whole took too long.</summary>
    TimedOut,
}
