namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>What became of a request.</summary>
/// <param name="Failure">Empty, or why it failed: a short word that is also a label value.</param>
/// <param name="Detail">The same for people.</param>
/// <param name="MayRetry">Whether the receiver may take it later.</param>
internal sealed record OtlpOutcome(string Failure, string Detail, bool MayRetry)
{
    /// <summary>Points that the receiver did not take although it took the request.</summary>
    public long Rejected { get; private init; }

    public bool Succeeded => Failure.Length == 0;

    /// <summary>Reads the answer: <c>partial_success = 1 { rejected_data_points = 1 }</c>; an empty one means that all was taken.</summary>
    public static OtlpOutcome Success(ReadOnlySpan<byte> answer)
    {
        var rejected = 0L;
        if (answer.Length > 2 && answer[0] == 0x0A && TryVarint(answer[1..], out var length, out var used) && answer.Length >= 1 + used + (int)Math.Min(length, int.MaxValue))
        {
            var partial = answer.Slice(1 + used, (int)length);
            if (partial.Length > 1 && partial[0] == 0x08 && TryVarint(partial[1..], out var count, out _))
            {
                rejected = (long)count;
            }
        }

        return new OtlpOutcome("", "", false) { Rejected = Math.Max(0, rejected) };
    }

    private static bool TryVarint(ReadOnlySpan<byte> bytes, out ulong value, out int used)
    {
        value = 0;
        for (used = 0; used < bytes.Length && used < 10; used++)
        {
            value |= (ulong)(bytes[used] & 0x7F) << (7 * used);
            if (bytes[used] < 0x80)
            {
                used++;
                return true;
            }
        }

        return false;
    }
}
