using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// A sum that threads add to. One cell until threads are seen to collide in it, then as many cells as there are processors, each on cache lines of its own, so that adding scales with threads.
/// The sum is exact, and never smaller than one read before.
/// </summary>
/// <remarks>
/// Memory is bounded: a sum that nobody contends for is one word, and all striped sums of the process together have no more than <see cref="MaxStripedBytes"/>; sums
/// beyond that stay in one cell, right but slower.
/// </remarks>
internal struct StripedLong
{
    /// <summary>Collisions seen after which a cell is striped: one may be chance.</summary>
    internal const int Patience = 8;

    /// <summary>Bound on the stripes of the process: 8 192 contended counters on a machine of 16 processors.</summary>
    internal const long MaxStripedBytes = 16 * 1024 * 1024;

    /// <summary>One increment in 64 looks for a collision.</summary>
    private const long ProbeMask = 63;

    private const int ProbeTries = 4;

    private static readonly int s_stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 2, 64));
    private static long s_stripedBytes;
    private static int s_lastIndex;

    /// <summary>Which stripe the thread adds to, whatever the sum; another one after a collision.</summary>
    [ThreadStatic]
    private static int s_index;

    private long _cell;
    private Stripe[]? _stripes;
    private int _collisions;

    internal readonly bool IsStriped => _stripes is not null;

    internal readonly long Sum
    {
        get
        {
            var sum = Volatile.Read(in _cell);
            if (Volatile.Read(in _stripes) is { } stripes)
            {
                for (var i = 0; i < stripes.Length; i++)
                {
                    sum += Volatile.Read(ref stripes[i].Value);
                }
            }

            return sum;
        }
    }

    /// <summary>Adds one. Alone in the cell it costs what a bare interlocked increment does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Increment()
    {
        var stripes = _stripes;
        if (stripes is null)
        {
            // An interlocked increment does not tell whether it had to wait for another thread: a sample of them is followed by an exchange that does.
            if ((Interlocked.Increment(ref _cell) & ProbeMask) == 0)
            {
                Probe();
            }
        }
        else
        {
            ref var cell = ref stripes[s_index & (stripes.Length - 1)].Value;
            if ((Interlocked.Increment(ref cell) & ProbeMask) == 0 && Collides(ref cell))
            {
                s_index = Interlocked.Increment(ref s_lastIndex);
            }
        }
    }

    /// <summary>Adds a number.</summary>
    internal void Add(long amount)
    {
        if (_stripes is { } stripes)
        {
            Interlocked.Add(ref stripes[s_index & (stripes.Length - 1)].Value, amount);
            return;
        }

        var seen = Volatile.Read(ref _cell);
        if (Interlocked.CompareExchange(ref _cell, seen + amount, seen) != seen)
        {
            Interlocked.Add(ref _cell, amount);
            Collided();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Probe()
    {
        if (Collides(ref _cell))
        {
            Collided();
        }
    }

    /// <summary>Whether another thread changes the cell while this one looks; changes nothing itself.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Collides(ref long cell)
    {
        for (var i = 0; i < ProbeTries; i++)
        {
            var seen = Volatile.Read(ref cell);
            if (Interlocked.CompareExchange(ref cell, seen, seen) != seen)
            {
                return true;
            }
        }

        return false;
    }

    private void Collided()
    {
        if (++_collisions >= Patience && _stripes is null)
        {
            Split();
        }
    }

    private void Split()
    {
        var bytes = s_stripes * (long)Unsafe.SizeOf<Stripe>();
        if (Interlocked.Add(ref s_stripedBytes, bytes) > MaxStripedBytes || Interlocked.CompareExchange(ref _stripes, new Stripe[s_stripes], null) is not null)
        {
            // No room, or another thread was first.
            Interlocked.Add(ref s_stripedBytes, -bytes);
            _collisions = 0;
        }
    }

    // Two lines: processors fetch them in pairs.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Stripe
    {
        [FieldOffset(64)]
        public long Value;
    }
}
