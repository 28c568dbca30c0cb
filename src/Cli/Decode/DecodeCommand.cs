using System.Buffers;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.Cli.Decode;

/// <summary><c>dynamo-aspire decode FILE</c>: shows one batch of KV-cache events.</summary>
internal static class DecodeCommand
{
    /// <summary>Larger than any batch an engine sends; a wrong file must not fill the memory.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    private const string Description =
        """
        Print one batch of KV-cache events (the third frame of an engine's ZeroMQ message) as one JSON object,
        {"ts":…,"data_parallel_rank":…,"events":[…]}: integers as sent, bytes as {"$bytes":"hex"}.

        All generations of vLLM, SGLang and TensorRT-LLM are understood. An event that is not is left out and named on standard error.

        Examples:
          dynamo-aspire decode batch.hex
          dynamo-aspire decode batch.bin --strict
          xxd -p batch.bin | dynamo-aspire decode - | jq .events

        Exit codes:
          0   printed
          1   no batch; or printed, but something was left out (with --strict only)
          2   FILE cannot be read
          64  the command line is wrong
        """;

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<byte> s_hexText = SearchValues.Create("0123456789abcdefABCDEF \t\r\n"u8);

    internal static Command Create(CliConsole console)
    {
        var file = new Argument<string>("FILE") { Description = "The batch, as bytes or as hexadecimal text (told apart by the content); - reads standard input." };
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 if an event was left out or bytes follow the batch." };
        var command = new Command("decode", Description) { file, strict };
        command.SetAction((result, cancellationToken) => RunAsync(console, result.GetRequiredValue(file), result.GetValue(strict), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CliConsole console, string file, bool strict, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await ReadAsync(console, file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            await console.Error.WriteLineAsync($"dynamo-aspire decode: cannot read '{file}': {e.Message}");
            return ExitCodes.Unreadable;
        }

        if (!TryPayload(content, out var payload))
        {
            await console.Error.WriteLineAsync($"dynamo-aspire decode: '{file}' is hexadecimal text with an odd number of digits; a digit is missing.");
            return ExitCodes.Invalid;
        }

        return Print(console, file, payload, strict);
    }

    private static int Print(CliConsole console, string file, byte[] payload, bool strict)
    {
        var batch = new KvEventBatch();
        var status = new KvBatchDecoder().Decode(payload, batch);
        foreach (var skip in batch.Skipped)
        {
            console.Error.WriteLine($"event {skip.Index} left out: {Explain(skip)} ({KvSkipReasons.Label(skip.Reason)})");
        }

        if (status != KvBatchStatus.Ok)
        {
            console.Error.WriteLine($"dynamo-aspire decode: '{file}': {Explain(status)} ({KvBatchStatuses.Label(status)}). Give the third frame of an engine's message, without topic and sequence.");
            return ExitCodes.Invalid;
        }

        if (batch.TrailingBytes > 0)
        {
            console.Error.WriteLine($"{batch.TrailingBytes} bytes after the batch are ignored.");
        }

        using (var json = new Utf8JsonWriter(console.Output, s_json))
        {
            KvBatchJson.Write(batch, json);
        }

        console.Output.WriteByte((byte)'\n');
        console.Output.Flush();
        return strict && (batch.Skipped.Length > 0 || batch.TrailingBytes > 0) ? ExitCodes.Invalid : ExitCodes.Ok;
    }

    private static async Task<byte[]> ReadAsync(CliConsole console, string file, CancellationToken cancellationToken)
    {
        await using var opened = file == "-" ? null : File.OpenRead(file);
        var stream = opened ?? console.Input;
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            content.Write(buffer, 0, read);
            if (content.Length > MaxBytes)
            {
                throw new IOException($"it is larger than {MaxBytes / (1024 * 1024)} MiB, and no batch is.");
            }
        }

        return content.ToArray();
    }

    /// <summary>Text of nothing but hexadecimal digits is no batch as it stands: a batch begins with an array or a map.</summary>
    private static bool TryPayload(byte[] content, out byte[] payload)
    {
        payload = content;
        if (content.Length == 0 || content.AsSpan().IndexOfAnyExcept(s_hexText) >= 0)
        {
            return true;
        }

        var digits = content.Where(b => !char.IsWhiteSpace((char)b)).ToArray();
        if (digits.Length % 2 != 0)
        {
            return false;
        }

        payload = Convert.FromHexString(System.Text.Encoding.ASCII.GetString(digits));
        return true;
    }

    private static string Explain(in KvEventSkip skip) => skip.Reason switch
    {
        KvSkipReason.NotAnEvent => "it is neither an array nor a map",
        KvSkipReason.MissingType => "it has no type",
        KvSkipReason.UnknownType => "its type is not known",
        KvSkipReason.MissingField => $"{skip.Field} is missing",
        _ => $"{skip.Field} is not what it should be",
    };

    private static string Explain(KvBatchStatus status) => status switch
    {
        KvBatchStatus.NotABatch => "not a batch of events: neither [ts, events, rank] nor a map with events",
        KvBatchStatus.Truncated => "it ends within the batch",
        KvBatchStatus.TooLarge => "more events, hashes or tokens than any engine sends",
        _ => "not valid MessagePack, or nested too deep",
    };
}
