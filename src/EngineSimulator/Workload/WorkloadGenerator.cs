namespace DynamoAspire.EngineSimulator.Workload;

/// <summary>
/// Makes an engine's requests: system prompts that all engines share, conversations that grow turn by turn, random words.
/// Deterministic by seed and engine. Not thread-safe.
/// </summary>
internal sealed class WorkloadGenerator
{
    private readonly SimulatorOptions _options;
    private readonly Random _random;
    private readonly uint[][] _systemPrompts;
    private readonly Conversation?[] _conversations;
    private readonly int _ranks;
    private long _lastId;
    private double _due;

    public WorkloadGenerator(SimulatorOptions options, int engine, int ranks)
    {
        _options = options;
        _ranks = ranks;

        // The prompts come from the seed alone: two engines hold the same prefix, so that a router has a choice.
        var shared = new Random(options.Seed);
        _systemPrompts = [.. Enumerable.Range(0, options.SystemPrompts).Select(_ => Words(shared, options.SystemPromptTokens))];
        _random = new Random(HashCode(options.Seed, engine));
        _conversations = new Conversation?[options.Conversations];
    }

    /// <summary>Number of requests that arrive within a time: Poisson, the sum of exponential gaps.</summary>
    public int Arrivals(double seconds, double perSecond)
    {
        if (perSecond <= 0)
        {
            return 0;
        }

        var count = 0;
        _due -= seconds * perSecond;
        while (_due < 0)
        {
            count++;
            _due -= Math.Log(1 - _random.NextDouble());
        }

        return count;
    }

    public SimulatedRequest Next()
    {
        ref var slot = ref _conversations[_random.Next(_conversations.Length)];
        slot ??= Begin();
        var conversation = slot;

        // One token of the answer at least must fit; a conversation that has become too long starts over.
        var room = _options.MaxModelLength - 1;
        if (conversation.History.Count >= room)
        {
            slot = conversation = Begin();
        }

        var question = Words(_random, Math.Min(Length(_options.UserTokens), room - conversation.History.Count));
        conversation.History.AddRange(question);
        var promptLength = conversation.History.Count;
        var answer = Words(_random, Math.Min(Length(_options.AnswerTokens), _options.MaxModelLength - promptLength));
        conversation.History.AddRange(answer);
        var request = new SimulatedRequest(++_lastId, conversation.Rank, [.. conversation.History], promptLength);
        if (--conversation.TurnsLeft == 0)
        {
            slot = null;
        }

        return request;
    }

    // Random's seed is an int; System.HashCode is not the same from process to process.
    private static int HashCode(int seed, int engine) => unchecked((seed * 16_777_619) ^ ((engine + 1) * 805_306_457));

    private Conversation Begin() => new(
        _random.Next(_ranks),
        [.. _systemPrompts[_random.Next(_systemPrompts.Length)]],
        _random.Next(1, _options.MaxTurns + 1));

    // Half to one and a half times the mean.
    private int Length(int mean) => Math.Max(1, _random.Next(mean - (mean / 2), mean + (mean / 2) + 1));

    private uint[] Words(Random random, int count)
    {
        var words = new uint[count];
        for (var i = 0; i < count; i++)
        {
            words[i] = (uint)random.Next(_options.Vocabulary);
        }

        return words;
    }
}
