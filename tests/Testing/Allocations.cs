namespace DynamoAspire.Testing;

/// <summary>Measures managed allocation of code that claims to make none.</summary>
public static class Allocations
{
    private const int Runs = 30;

    /// <summary>
    /// Bytes that this thread allocates in the cheapest of some runs. The first runs pay for the just-in-time compiler, for caches and for pools,
    /// and the runtime itself charges a thread for its own work now and then; what code allocates in steady state it allocates in every run.
    /// </summary>
    public static long InSteadyState(Action run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var least = long.MaxValue;
        for (var i = 0; i < Runs && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
