namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>Makes a failing history short: leaves out ever smaller runs of steps, then parts of steps, as long as it still fails.</summary>
internal static class Shrinker
{
    public static List<IndexOperation> Shrink(IReadOnlyList<IndexOperation> history, Func<IReadOnlyList<IndexOperation>, bool> fails)
    {
        var best = history.ToList();
        for (var run = Math.Max(1, best.Count / 2); run >= 1; run = run == 1 ? 0 : run / 2)
        {
            for (var at = 0; at < best.Count;)
            {
                List<IndexOperation> without = [.. best[..at], .. best[Math.Min(best.Count, at + run)..]];
                if (fails(without))
                {
                    best = without;
                }
                else
                {
                    at += run;
                }
            }
        }

        for (var at = 0; at < best.Count; at++)
        {
            while (best[at].Smaller().Select(s => (List<IndexOperation>)[.. best[..at], s, .. best[(at + 1)..]]).FirstOrDefault(h => fails(h)) is { } smaller)
            {
                best = smaller;
            }
        }

        return best;
    }
}
