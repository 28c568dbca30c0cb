using DynamoAspire.Engines.Configuration;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines.Tests.Configuration;

public class OptionsReaderTests
{
    [Fact]
    public void Read_EveryKindOfValue_IsBound()
    {
        var options = Read(
            ("X:Text", "hello"), ("x:count", "7"), ("X:Id", "0xFFffFFffFFffFFff"), ("X:Ratio", "0.25"), ("X:On", "true"), ("X:Wait", "250ms"),
            ("X:Colour", "green"), ("X:Url", "http://h/p"), ("X:Hidden", "s3cret"), ("X:Inner:Depth", "3"), ("X:Names", "a, b"), ("X:Many:0:Depth", "1"), ("X:Many:1:Depth", "2"), ("X:Map:k", "v"));

        Assert.Equal("hello", options.Text);
        Assert.Equal(7, options.Count);
        Assert.Equal(ulong.MaxValue, options.Id);
        Assert.Equal(0.25, options.Ratio);
        Assert.True(options.On);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.Wait);
        Assert.Equal(Colour.Green, options.Colour);
        Assert.Equal(new Uri("http://h/p"), options.Url);
        Assert.Equal("s3cret", options.Hidden.Value);
        Assert.Equal(3, options.Inner.Depth);
        Assert.Equal(["a", "b"], options.Names);
        Assert.Equal([1, 2], options.Many.Select(m => m.Depth));
        Assert.Equal("v", options.Map["k"]);
    }

    [Fact]
    public void Read_NothingGiven_KeepsTheDefaults() => Assert.Equal(new Sample().Wait, Read(("Y:Wait", "1s")).Wait);

    [Fact]
    public void Read_EmptyValue_MeansNotGiven()
    {
        var options = Read(("X:Count", ""), ("X:Wait", " "), ("X:Text", ""));

        Assert.Equal(5, options.Count);
        Assert.Equal(TimeSpan.FromSeconds(1), options.Wait);
        Assert.Equal("", options.Text);
    }

    [Fact]
    public void Read_SeveralMistakes_AreAllReportedAtOnce()
    {
        var e = Assert.Throws<ConfigurationInvalidException>(() => Read(
            ("X:Count", "many"), ("X:Wait", "5"), ("X:Colour", "2"), ("X:Cuont", "1"), ("X:Inner:Depth", "99"), ("X:Names:0:a", "b"), ("X:Inner:Zzzzzzzz", "1")));

        Assert.Equal(
            ["X:Colour", "X:Count", "X:Cuont", "X:Inner:Depth", "X:Inner:Zzzzzzzz", "X:Names:0", "X:Wait"],
            e.Problems.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.All(e.Problems, p => Assert.Contains(p.ToString(), e.Message, StringComparison.Ordinal));
        Assert.Contains("did you mean Count?", e.Message, StringComparison.Ordinal);
        Assert.Contains("one of Red, Green", e.Message, StringComparison.Ordinal);
        Assert.Contains("a duration with its unit", e.Message, StringComparison.Ordinal);
        Assert.Contains("X__", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnreadableValue_IsNotReportedAgainByTheValidation()
    {
        // The default of Must is not valid: it has to be given. What was given cannot be read, and that is the one thing to say.
        var problems = new ConfigurationProblems();
        OptionsReader.Read<Demanding>(Settings.Of(("X:Must", "nine")).GetSection("X"), problems);

        Assert.Equal("X:Must: 'nine' is not a whole number from -2147483648 to 2147483647", Assert.Single(problems.All).ToString());
    }

    [Fact]
    public void Read_ScalarForASection_IsReported() =>
        Assert.Contains("single value", Assert.Throws<ConfigurationInvalidException>(() => Read(("X:Inner", "5"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_WrongValueWithPassword_DoesNotShowIt()
    {
        var e = Assert.Throws<ConfigurationInvalidException>(() => Read(("X:Count", "nats://me:hunter2@host")));

        Assert.DoesNotContain("hunter2", e.Message, StringComparison.Ordinal);
        Assert.Contains("nats://***@host", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("2 m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:02", 2_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations_WithUnit_AreRead(string text, double milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
        Assert.True(Durations.TryParse(Durations.Format(value), out var again));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("1,5s")]
    [InlineData("five s")]
    [InlineData("99999999999999d")]
    public void Durations_WithoutUnitOrMeaning_AreRefused(string text) => Assert.False(Durations.TryParse(text, out _));

    private static Sample Read(params (string, string?)[] values) => OptionsReader.Read<Sample>(Settings.Of(values).GetSection("X"));

    public enum Colour
    {
        Red,
        Green,
    }

    public readonly struct Hidden(string? value)
    {
        public string? Value { get; } = value;
    }

    public sealed record Inner : IValidatedOptions
    {
        public int Depth { get; init; } = 1;

        public void Validate(ConfigurationProblems problems) => problems.InRange(nameof(Depth), Depth, 1, 10, "a depth");
    }

    public sealed record Demanding : IValidatedOptions
    {
        public int Must { get; init; }

        public void Validate(ConfigurationProblems problems) => problems.InRange(nameof(Must), Must, 1, 10, "a must");
    }

    public sealed record Sample
    {
        public string Text { get; init; } = "";

        public int Count { get; init; } = 5;

        public ulong? Id { get; init; }

        public double Ratio { get; init; }

        public bool On { get; init; }

        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

        public Colour Colour { get; init; }

        public Uri? Url { get; init; }

        public Hidden Hidden { get; init; }

        public Inner Inner { get; init; } = new();

        public IReadOnlyList<string> Names { get; init; } = [];

        public IReadOnlyList<Inner> Many { get; init; } = [];

        public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

        public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
    }
}
