using DynamoAspire.Engines.Configuration;
using DynamoAspire.EngineSimulator.Events;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.EngineSimulator;

/// <summary>How the simulated engines behave; section <c>Simulator</c>. What the engines are called and where their sockets are is in section <c>Engines</c>.</summary>
public sealed record SimulatorOptions : IValidatedOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Simulator";

    /// <summary>Seed of everything random: the same seed gives the same requests and the same events, step for step.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>New requests per second and engine, over all its ranks.</summary>
    public double RequestsPerSecond { get; init; } = 4;

    /// <summary>Time of one scheduler step.</summary>
    public TimeSpan StepInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>KV-cache blocks of each rank.</summary>
    public int BlocksPerRank { get; init; } = 2_048;

    /// <summary>Most requests that run at once on a rank.</summary>
    public int MaxRunning { get; init; } = 32;

    /// <summary>Most tokens of one step (longer prompts are prefilled in parts).</summary>
    public int MaxBatchedTokens { get; init; } = 2_048;

    /// <summary>Most requests that wait at a rank; further ones are rejected and counted as aborted.</summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>Longest prompt and answer together, in tokens; bounds of the token histograms follow it, as in vLLM.</summary>
    public int MaxModelLength { get; init; } = 8_192;

    /// <summary>Size of the vocabulary; token ids are below it.</summary>
    public int Vocabulary { get; init; } = 128_000;

    /// <summary>System prompts that requests of all engines share.</summary>
    public int SystemPrompts { get; init; } = 4;

    /// <summary>Tokens of a system prompt.</summary>
    public int SystemPromptTokens { get; init; } = 256;

    /// <summary>Mean length of what a user writes in one turn, in tokens.</summary>
    public int UserTokens { get; init; } = 96;

    /// <summary>Mean length of an answer, in tokens.</summary>
    public int AnswerTokens { get; init; } = 64;

    /// <summary>Conversations of an engine that go on at the same time.</summary>
    public int Conversations { get; init; } = 16;

    /// <summary>Most turns of a conversation.</summary>
    public int MaxTurns { get; init; } = 6;

    /// <summary>Generation of the event encoding; M1 is what vLLM 0.24 and later send.</summary>
    public KvEventSchema Schema { get; init; } = KvEventSchema.M1;

    /// <summary>How block hashes are written.</summary>
    public KvHashForm HashForm { get; init; } = KvHashForm.UInt64;

    /// <summary>Layout of replay answers; with the topic is what vLLM 0.26 and later send.</summary>
    public ReplayLayout ReplayFrames { get; init; } = ReplayLayout.Topic;

    /// <summary>Topic of the events.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Batches each rank keeps for replay.</summary>
    public int BufferSteps { get; init; } = 10_000;

    /// <summary>High-water mark of the event socket: beyond it batches are lost per subscriber, as with vLLM.</summary>
    public int EventHighWaterMark { get; init; } = 100_000;

    /// <summary>Longest silence of an idle rank towards the stat publisher.</summary>
    public TimeSpan StatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Served prompts that are remembered per engine, for <c>/control/served</c>.</summary>
    public int ServedKept { get; init; } = 256;

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        problems.InRange(nameof(RequestsPerSecond), RequestsPerSecond, 0, 100_000, "a rate of requests");
        problems.InRange(nameof(StepInterval), StepInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "the time of a step");
        problems.InRange(nameof(BlocksPerRank), BlocksPerRank, 1, 10_000_000, "a number of blocks");
        problems.InRange(nameof(MaxRunning), MaxRunning, 1, 100_000, "a number of requests");
        problems.InRange(nameof(MaxBatchedTokens), MaxBatchedTokens, 1, 1_000_000, "a number of tokens");
        problems.InRange(nameof(MaxWaiting), MaxWaiting, 1, 1_000_000, "a number of requests");
        problems.InRange(nameof(MaxModelLength), MaxModelLength, 2, 10_000_000, "a number of tokens");
        problems.InRange(nameof(Vocabulary), Vocabulary, 2, int.MaxValue, "a number of tokens");
        problems.InRange(nameof(SystemPrompts), SystemPrompts, 1, 10_000, "a number of prompts");
        problems.InRange(nameof(SystemPromptTokens), SystemPromptTokens, 0, 1_000_000, "a number of tokens");
        problems.InRange(nameof(UserTokens), UserTokens, 1, 1_000_000, "a number of tokens");
        problems.InRange(nameof(AnswerTokens), AnswerTokens, 1, 1_000_000, "a number of tokens");
        problems.InRange(nameof(Conversations), Conversations, 1, 100_000, "a number of conversations");
        problems.InRange(nameof(MaxTurns), MaxTurns, 1, 10_000, "a number of turns");
        problems.InRange(nameof(BufferSteps), BufferSteps, 1, 10_000_000, "a number of batches");
        problems.InRange(nameof(EventHighWaterMark), EventHighWaterMark, 1, 10_000_000, "a number of messages");
        problems.InRange(nameof(StatInterval), StatInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "an interval");
        problems.InRange(nameof(ServedKept), ServedKept, 0, 100_000, "a number of prompts");
        if (SystemPromptTokens > MaxModelLength - 2)
        {
            problems.Add(nameof(SystemPromptTokens), $"a system prompt of {SystemPromptTokens} tokens leaves no room for a question and an answer within {nameof(MaxModelLength)} = {MaxModelLength}; make it smaller");
        }
    }

    /// <summary>Checks what depends on an engine's block size: a request of the full length must fit the cache, or it would wait for ever.</summary>
    internal void ValidateFor(int blockSize, string engine, ConfigurationProblems problems)
    {
        if ((long)BlocksPerRank * blockSize < MaxModelLength)
        {
            problems.Add(
                Section + ":" + nameof(BlocksPerRank),
                $"{BlocksPerRank} blocks of {blockSize} tokens (engine {engine}) cannot hold one request of {nameof(MaxModelLength)} = {MaxModelLength}; use at least {(MaxModelLength + blockSize - 1) / blockSize} blocks or a shorter length");
        }
    }
}
