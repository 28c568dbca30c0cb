using System.Runtime.ExceptionServices;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// Does numbered pieces of work on several threads of the pool without allocating. The caller works too and never waits for a thread that the pool has not given yet, so a starved
/// pool costs speed and nothing else. One run at a time.
/// </summary>
internal sealed class Crew(int workers) : IThreadPoolWorkItem
{
    // The state in one word: how many helpers have joined this run, how many of them are at work, and whether nobody may join any more.
    private const int Joined = 1;
    private const int JoinedMask = 0xFF;
    private const int AtWork = 0x100;
    private const int AtWorkMask = 0xFF00;
    private const int Closed = 0x1_0000;

    private readonly object _leaving = new();
    private readonly int _helpers = Math.Clamp(workers - 1, 0, JoinedMask);
    private Action<int, int>? _work;
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _state = Closed;

    /// <summary>Most workers, the caller included.</summary>
    internal int Size => _helpers + 1;

    /// <summary>Calls <paramref name="work"/> with every number below <paramref name="count"/> and the number of the worker, which is below <see cref="Size"/>.</summary>
    /// <param name="count">Pieces of work.</param>
    /// <param name="isLarge">Whether it is worth more than one thread.</param>
    /// <param name="work">The work; kept by the caller, so that it is no new delegate every time.</param>
    internal void Run(int count, bool isLarge, Action<int, int> work)
    {
        if (!isLarge || _helpers == 0 || count < 2)
        {
            for (var i = 0; i < count; i++)
            {
                work(i, 0);
            }

            return;
        }

        _work = work;
        _failure = null;
        _count = count;
        _next = -1;
        Volatile.Write(ref _state, 0);
        for (var i = 0; i < _helpers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        try
        {
            Work(0);
        }
        finally
        {
            Interlocked.Or(ref _state, Closed);
            lock (_leaving)
            {
                while ((Volatile.Read(ref _state) & AtWorkMask) != 0)
                {
                    Monitor.Wait(_leaving);
                }
            }
        }

        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (!TryJoin(out var worker))
        {
            return;
        }

        try
        {
            Work(worker);
        }
        catch (Exception e)
        {
            // It belongs to whoever called Run.
            _failure = e;
        }
        finally
        {
            var state = Interlocked.Add(ref _state, -AtWork);
            if ((state & Closed) != 0 && (state & AtWorkMask) == 0)
            {
                lock (_leaving)
                {
                    Monitor.PulseAll(_leaving);
                }
            }
        }
    }

    /// <summary>One that comes late, perhaps from an earlier run, finds the door closed or joins the present run.</summary>
    private bool TryJoin(out int worker)
    {
        var state = Volatile.Read(ref _state);
        while (true)
        {
            worker = (state & JoinedMask) + 1;
            if ((state & Closed) != 0 || worker > _helpers)
            {
                return false;
            }

            var seen = Interlocked.CompareExchange(ref _state, state + Joined + AtWork, state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }
    }

    private void Work(int worker)
    {
        while (Interlocked.Increment(ref _next) is var i && i < _count)
        {
            _work!(i, worker);
        }
    }
}
