using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>Applies a history to an index and to the oracle, which must answer alike after every step.</summary>
internal sealed class IndexDifference(Func<KvIndexOptions, IKvIndex> make, KvClearScope scope = KvClearScope.Worker)
{
    /// <summary>Null, or the shortest history found that still shows a difference, and what differs.</summary>
    public string? Find(IReadOnlyList<IndexOperation> history)
    {
        if (Run(history) is null)
        {
            return null;
        }

        var shrunk = Shrinker.Shrink(history, h => Run(h) is not null);
        return $"{Run(shrunk)} at the end of:\n{string.Join('\n', shrunk)}";
    }

    private string? Run(IReadOnlyList<IndexOperation> history)
    {
        var clock = new FakeClock();
        var options = new KvIndexOptions { ClearScope = scope, UseWindow = TimeSpan.FromSeconds(10), Time = clock };
        var tested = make(options);
        var oracle = new ReferenceIndex(options);
        var routerEvent = new RouterEvent();
        foreach (var operation in history)
        {
            switch (operation.Kind)
            {
                case IndexOperationKind.Wait:
                    clock.Advance(TimeSpan.FromSeconds(operation.Hashes.FirstOrDefault()));
                    break;
                case IndexOperationKind.RemoveWorker:
                    tested.RemoveWorker(operation.Worker.WorkerId);
                    oracle.RemoveWorker(operation.Worker.WorkerId);
                    break;
                case IndexOperationKind.RemoveRank:
                    tested.RemoveRank(operation.Worker);
                    oracle.RemoveRank(operation.Worker);
                    break;
                case IndexOperationKind.Match:
                    var (answer, expected) = (Match(tested, operation), Match(oracle, operation));
                    if (answer != expected)
                    {
                        return $"[{answer}] instead of [{expected}]";
                    }

                    break;
                default:
                    operation.CopyTo(routerEvent);
                    var (status, right) = (tested.Apply(routerEvent), oracle.Apply(routerEvent));
                    if (status != right)
                    {
                        return $"{status} instead of {right}";
                    }

                    break;
            }

            if (State(tested) != State(oracle))
            {
                return $"{State(tested)} instead of {State(oracle)}";
            }
        }

        return null;
    }

    public static string State(IKvIndex index) =>
        $"{string.Join(' ', index.Workers().Select(w => $"{w.Worker.WorkerId}/{w.Worker.DpRank}:{w.Blocks}:{index.Blocks(w.Worker)}"))} of {index.BlockCount}";

    public static string Match(IKvIndex index, IndexOperation operation)
    {
        var matches = new KvMatches();
        index.FindMatches(operation.Hashes, matches, operation.EarlyExit);
        matches.SortByBlocks();
        return $"{string.Join(' ', matches.Items.ToArray().Select(m => $"{m.Worker.WorkerId}/{m.Worker.DpRank}:{m.Blocks}:{m.TreeSize}"))} uses {string.Join(' ', matches.Frequencies.ToArray())}";
    }
}
