using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>Random histories of events and look-ups, applied to two indexes that must answer alike.</summary>
internal static class IndexHistory
{
    /// <summary>Runs one history; null, or what differed.</summary>
    public static string? Compare(IKvIndex tested, IKvIndex reference, int seed, int steps, bool sane)
    {
        var random = new Random(seed);
        var routerEvent = new RouterEvent();
        var (actual, expected) = (new KvMatches(), new KvMatches());
        for (var step = 0; step < steps; step++)
        {
            Fill(random, routerEvent, sane);
            if (random.Next(60) == 0)
            {
                tested.RemoveWorker(routerEvent.WorkerId);
                reference.RemoveWorker(routerEvent.WorkerId);
            }
            else
            {
                var (a, b) = (tested.Apply(routerEvent), reference.Apply(routerEvent));
                if (a != b)
                {
                    return $"seed {seed}, step {step}: {routerEvent.Kind} gave {a} instead of {b}";
                }
            }

            var query = new ulong[random.Next(6)];
            for (var i = 0; i < query.Length; i++)
            {
                query[i] = (ulong)random.Next(4);
            }

            var earlyExit = random.Next(4) == 0;
            tested.FindMatches(query, actual, earlyExit);
            reference.FindMatches(query, expected, earlyExit);
            actual.SortByBlocks();
            expected.SortByBlocks();
            if (!actual.Items.SequenceEqual(expected.Items))
            {
                return $"seed {seed}, step {step}: match [{string.Join(',', query)}] gave {Text(actual)} instead of {Text(expected)}";
            }

            if (!tested.Workers().SequenceEqual(reference.Workers()) || tested.BlockCount != reference.BlockCount)
            {
                return $"seed {seed}, step {step}: {string.Join(' ', tested.Workers())} instead of {string.Join(' ', reference.Workers())}";
            }
        }

        return null;
    }

    private static string Text(KvMatches matches) => string.Join(' ', matches.Items.ToArray());

    private static void Fill(Random random, RouterEvent routerEvent, bool sane)
    {
        routerEvent.WorkerId = (ulong)random.Next(3);
        routerEvent.DpRank = (uint)random.Next(2);
        var kind = random.Next(100);
        if (kind < 3)
        {
            routerEvent.Reset(RouterEventKind.Cleared);
            return;
        }

        if (kind < 40)
        {
            routerEvent.Reset(RouterEventKind.Removed);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                routerEvent.AddRemoved(sane ? Path(random, random.Next(1, 5)).Hash : (ulong)random.Next(12));
            }

            return;
        }

        routerEvent.Reset(RouterEventKind.Stored);
        if (!sane)
        {
            // Any hash with any tokens below any parent: what no engine sends, and what must still be handled alike.
            routerEvent.ParentHash = random.Next(3) == 0 ? null : (ulong)random.Next(12);
            for (var i = random.Next(4); i > 0; i--)
            {
                routerEvent.AddBlock((ulong)random.Next(12), (ulong)random.Next(4));
            }

            return;
        }

        var (parent, _) = Path(random, random.Next(0, 4));
        routerEvent.ParentHash = parent == 1 ? null : parent;
        var hash = parent;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var tokens = (ulong)random.Next(4);
            hash = (hash * 5) + tokens;
            routerEvent.AddBlock(hash, tokens);
        }
    }

    /// <summary>The hash that an engine gives a chain of blocks: a function of the chain. 1 is the empty chain.</summary>
    private static (ulong Hash, int Depth) Path(Random random, int depth)
    {
        var hash = 1UL;
        for (var i = 0; i < depth; i++)
        {
            hash = (hash * 5) + (ulong)random.Next(4);
        }

        return (hash, depth);
    }
}
