using System.Text;
using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Decode;

public sealed class DecodeCommandTests
{
    private static string Fixture(string name) => Path.Combine(RepositoryPaths.Fixtures, "kv-events", name);

    private static byte[] Payload(string name) => Convert.FromHexString(File.ReadAllText(Fixture(name + ".hex")).Trim());

    public static TheoryData<string> Batches =>
        [.. Directory.EnumerateFiles(Fixture(""), "*.hex").Select(f => Path.GetFileNameWithoutExtension(f)!).Where(n => !n.StartsWith("x_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Decode_RecordedBatch_PrintsWhatIsExpected(string name)
    {
        var run = await CliRun.OfAsync("decode", Fixture(name + ".hex"), "--strict");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var expected = JsonDocument.Parse(await File.ReadAllTextAsync(Fixture(name + ".json"))).RootElement.GetProperty("expected");
        var printed = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(["ts", "data_parallel_rank", "events"], printed.EnumerateObject().Select(p => p.Name));
        Assert.Equal(Normal(expected.GetProperty("ts")), Normal(printed.GetProperty("ts")));
        Assert.Equal(Normal(expected.GetProperty("data_parallel_rank")), Normal(printed.GetProperty("data_parallel_rank")));
        Assert.Equal(expected.GetProperty("events").EnumerateArray().Select(Normal), printed.GetProperty("events").EnumerateArray().Select(Normal));
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Decode_BytesAndStandardInput_GiveTheSameAsHexText()
    {
        using var directory = new TemporaryDirectory();
        var binary = directory.Combine("batch.bin");
        await File.WriteAllBytesAsync(binary, Payload("m2_locality"));
        var expected = (await CliRun.OfAsync("decode", Fixture("m2_locality.hex"))).Output;
        Assert.Equal(expected, (await CliRun.OfAsync("decode", binary)).Output);
        Assert.Equal(expected, (await CliRun.WithInputAsync(Payload("m2_locality"), "decode", "-")).Output);

        var wrapped = Encoding.ASCII.GetBytes(string.Join("\r\n", Convert.ToHexString(Payload("m2_locality")).Chunk(32).Select(c => string.Join(' ', c.Chunk(2).Select(p => new string(p))))));
        Assert.Equal(expected, (await CliRun.WithInputAsync(wrapped, "decode", "-")).Output);
    }

    [Theory]
    [InlineData("x_unknown_event_map", "event 0 left out: its type is not known (unknown_type)")]
    [InlineData("x_missing_required_array", "event 0 left out: token_ids is missing (missing_field)")]
    [InlineData("x_trailing_garbage", "bytes after the batch are ignored")]
    public async Task Decode_SomethingLeftOut_IsNamedAndFailsOnlyWhenStrict(string name, string message)
    {
        var lenient = await CliRun.OfAsync("decode", Fixture(name + ".hex"));
        var strict = await CliRun.OfAsync("decode", Fixture(name + ".hex"), "--strict");
        Assert.Equal((0, 1), (lenient.ExitCode, strict.ExitCode));
        Assert.Contains(message, lenient.Error, StringComparison.Ordinal);
        Assert.Equal(lenient.Output, strict.Output);
        Assert.StartsWith("{\"ts\":", lenient.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x_not_a_batch", "not_a_batch")]
    [InlineData("x_truncated", "truncated")]
    public async Task Decode_NoBatch_PrintsNothingAndSaysWhy(string name, string reason)
    {
        var run = await CliRun.OfAsync("decode", Fixture(name + ".hex"));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_BadInput_SaysWhatToDo()
    {
        var missing = await CliRun.OfAsync("decode", Fixture("no-such-file.hex"));
        Assert.Equal((2, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("cannot read", missing.Error, StringComparison.Ordinal);
        var odd = await CliRun.WithInputAsync("93c"u8.ToArray(), "decode", "-");
        Assert.Equal(1, odd.ExitCode);
        Assert.Contains("odd number of digits", odd.Error, StringComparison.Ordinal);
        Assert.Equal(64, (await CliRun.OfAsync("decode")).ExitCode);
        var empty = await CliRun.WithInputAsync([], "decode", "-");
        Assert.Equal(1, empty.ExitCode);
    }

    /// <summary>Fields in the order of their names, absent and null alike.</summary>
    private static string Normal(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Name + ":" + Normal(p.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Normal)) + "]",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
