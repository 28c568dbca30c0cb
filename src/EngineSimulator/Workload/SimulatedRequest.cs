using DynamoAspire.EngineSimulator.Pool;

namespace DynamoAspire.EngineSimulator.Workload;

/// <summary>One request on its way through a rank's scheduler. What the model will answer is decided when the request is made.</summary>
internal sealed class SimulatedRequest
{
    private readonly uint[] _tokens;
    private readonly List<ulong> _hashes = [];

    public SimulatedRequest(long id, int rank, uint[] promptAndAnswer, int promptLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(promptLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(promptLength, promptAndAnswer.Length);
        Id = id;
        Rank = rank;
        _tokens = promptAndAnswer;
        PromptLength = promptLength;
    }

    public long Id { get; }

    /// <summary>Index of the rank that serves it.</summary>
    public int Rank { get; }

    public int PromptLength { get; }

    /// <summary>Tokens the model will answer with; at least one.</summary>
    public int AnswerLength => _tokens.Length - PromptLength;

    /// <summary>Answer tokens sampled so far.</summary>
    public int Generated { get; set; }

    /// <summary>Tokens whose keys and values are in the cache.</summary>
    public int Computed { get; set; }

    /// <summary>Tokens that exist so far.</summary>
    public int Known => PromptLength + Generated;

    /// <summary>Blocks in use, in the order of the tokens.</summary>
    public List<int> Blocks { get; } = [];

    /// <summary>How many of the blocks are full and known to the cache.</summary>
    public int Committed { get; set; }

    /// <summary>Prompt tokens found in the cache when it was first admitted.</summary>
    public int CachedTokens { get; set; }

    public double ArrivedAt { get; set; }

    public double? ScheduledAt { get; set; }

    public double FirstTokenAt { get; set; }

    public double LastTokenAt { get; set; }

    public ReadOnlySpan<uint> Prompt => _tokens.AsSpan(0, PromptLength);

    public ReadOnlySpan<uint> Tokens => _tokens;

    /// <summary>Hash of the full block at a position.</summary>
    public ulong Hash(int block, int blockSize)
    {
        for (var i = _hashes.Count; i <= block; i++)
        {
            _hashes.Add(BlockHash.Of(i == 0 ? null : _hashes[i - 1], _tokens.AsSpan(i * blockSize, blockSize)));
        }

        return _hashes[block];
    }

    /// <summary>Back to the queue: everything must be computed again, what has been answered stays.</summary>
    public void ForgetComputed()
    {
        Blocks.Clear();
        Committed = 0;
        Computed = 0;
    }
}
