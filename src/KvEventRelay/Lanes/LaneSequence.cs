using DynamoAspire.KvEvents.Hashing;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>What a sequence number says about a batch.</summary>
internal enum SequenceVerdict
{
    /// <summary>The first one of this epoch.</summary>
    First = 0,

    /// <summary>The next one.</summary>
    Next,

    /// <summary>Some are missing before it.</summary>
    Gap,

    /// <summary>Applied already.</summary>
    Duplicate,

    /// <summary>The engine counts from the start again.</summary>
    Restart,
}

/// <summary>
/// Where a lane stands in its engine's numbering. Remembers fingerprints of the last batches, so that a batch that comes twice, or late,
/// is told from a restarted engine that uses the number again. No I/O; used by one lane.
/// </summary>
internal sealed class LaneSequence
{
    /// <summary>Far more than a network reorders; a number further back can only be a restart.</summary>
    internal const int Remembered = 4_096;

    private readonly ulong[] _fingerprints = new ulong[Remembered];
    private ulong _first;

    /// <summary>Whether a batch was applied in this epoch.</summary>
    public bool HasLast { get; private set; }

    /// <summary>Last sequence applied.</summary>
    public ulong Last { get; private set; }

    /// <summary>Next sequence in order.</summary>
    public ulong Expected => HasLast ? Last + 1 : 0;

    public static ulong Fingerprint(ReadOnlyMemory<byte> payload) => XxHash3.Hash64(payload.Span);

    public SequenceVerdict Check(ulong sequence, ulong fingerprint)
    {
        if (!HasLast)
        {
            return SequenceVerdict.First;
        }

        if (sequence > Last)
        {
            return sequence == Last + 1 ? SequenceVerdict.Next : SequenceVerdict.Gap;
        }

        return Remembers(sequence) && _fingerprints[sequence % Remembered] == fingerprint ? SequenceVerdict.Duplicate : SequenceVerdict.Restart;
    }

    /// <summary>Whether a batch sent again is the one that was applied last.</summary>
    public bool IsLast(ulong sequence, ulong fingerprint) => HasLast && sequence == Last && _fingerprints[sequence % Remembered] == fingerprint;

    /// <summary>Moves on to a batch, whether the next one or one after a hole.</summary>
    public void Applied(ulong sequence, ulong fingerprint)
    {
        if (!HasLast || sequence != Last + 1)
        {
            _first = sequence;
        }

        HasLast = true;
        Last = sequence;
        _fingerprints[sequence % Remembered] = fingerprint;
    }

    public void Reset()
    {
        HasLast = false;
        Last = 0;
    }

    private bool Remembers(ulong sequence) => sequence >= _first && Last - sequence < Remembered;
}
