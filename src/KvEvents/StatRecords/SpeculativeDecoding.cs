using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DynamoAspire.KvEvents.StatRecords;

/// <summary>Counters of speculative decoding since the sender started.</summary>
public struct SpeculativeDecoding
{
    private PositionCounts _positions;

    /// <summary>Most draft positions that are kept; further ones are left out.</summary>
    public const int MaxPositions = 16;

    /// <summary>Drafts made.</summary>
    public ulong Drafts { get; set; }

    /// <summary>Tokens drafted.</summary>
    public ulong DraftTokens { get; set; }

    /// <summary>Drafted tokens accepted.</summary>
    public ulong AcceptedTokens { get; set; }

    /// <summary>Number of draft positions known.</summary>
    public int PositionCount { get; private set; }

    /// <summary>Tokens accepted at a draft position.</summary>
    public readonly ulong AcceptedAt(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)PositionCount, nameof(position));
        return _positions[position];
    }

    /// <summary>Adds the next draft position; false when <see cref="MaxPositions"/> are there.</summary>
    public bool TryAddPosition(ulong accepted)
    {
        if (PositionCount == MaxPositions)
        {
            return false;
        }

        _positions[PositionCount++] = accepted;
        return true;
    }

    [InlineArray(MaxPositions)]
    [SuppressMessage("Performance", "CA1815", Justification = "Storage only; never compared.")]
    private struct PositionCounts
    {
        private ulong _first;
    }
}
