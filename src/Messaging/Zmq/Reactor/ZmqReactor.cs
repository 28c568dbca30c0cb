using System.Collections.Concurrent;
using System.Diagnostics;

namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>
/// The one thread that touches a context's sockets. Commands and messages reach it through queues; a signal wakes it only when it sleeps,
/// so that under load no system call is spent on waking.
/// </summary>
internal sealed class ZmqReactor : IZmqContext
{
    private readonly ZmqDriver _driver;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly ConcurrentQueue<ZmqReactorSocket> _scheduled = new();
    private readonly List<ZmqReactorSocket> _sockets = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private Exception? _fault;
    private int _sleeping;
    private int _signalled;
    private bool _stopping;
    private bool _closing;
    private bool _stopped;

    public ZmqReactor(ZmqDriver driver)
    {
        _driver = driver;
        _thread = new Thread(Run) { IsBackground = true, Name = "zmq-reactor" };
        _thread.Start();

        // Starting makes two in-process sockets and nothing else: there is no peer to wait for.
        _started.Task.GetAwaiter().GetResult();
    }

    public string Adapter => _driver.Adapter;

    public ZmqMessagePool Pool { get; } = new();

    /// <summary>Milliseconds of a clock that never goes back.</summary>
    public static long Now => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    public IZmqSocket CreateSocket(ZmqSocketType type, ZmqSocketOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _stopping), this);
        options ??= ZmqSocketOptions.Default;
        options.Validate();
        var socket = new ZmqReactorSocket(this, type, options);
        Post(() => Adopt(socket));
        if (Volatile.Read(ref _stopped))
        {
            // Posted after the last round: nobody will adopt it.
            socket.Abort(Closed());
        }

        return socket;
    }

    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _stopping, true))
        {
            Wake();
        }

        // Disposed by a continuation that runs on the reactor's own thread there would be nobody left to end it; continuations never run there.
        return new ValueTask(_ended.Task);
    }

    /// <summary>Runs something on the reactor's thread.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                completion.SetResult(function());
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        });

        // A command posted after the last round is never run: the end of the reactor answers it.
        return Volatile.Read(ref _stopped)
            ? Task.FromException<T>(Closed())
            : completion.Task.IsCompleted ? completion.Task : WaitAsync(completion.Task);
    }

    /// <summary>A socket has messages to send, room to receive, or wants to close.</summary>
    public void Schedule(ZmqReactorSocket socket)
    {
        _scheduled.Enqueue(socket);
        Wake();
    }

    public ZmqException Closed() => new(ZmqError.Closed, _fault is null ? "The ZeroMQ context was disposed." : $"The ZeroMQ context ended: {_fault.Message}", _fault);

    private async Task<T> WaitAsync<T>(Task<T> task)
    {
        await Task.WhenAny(task, _ended.Task).ConfigureAwait(false);
        return task.IsCompleted ? await task.ConfigureAwait(false) : throw Closed();
    }

    private void Post(Action command)
    {
        _commands.Enqueue(command);
        Wake();
    }

    private void Wake()
    {
        // Pairs with the barrier in Sleep: either the reactor sees what was queued, or this sees that it sleeps.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _driver.Signal();
        }
    }

    private void Adopt(ZmqReactorSocket socket)
    {
        if (_stopped)
        {
            socket.Abort(Closed());
            return;
        }

        _sockets.Add(socket);
        socket.Open(_driver);
    }

    private void Run()
    {
        try
        {
            _driver.Start();
            _started.SetResult();
            while (!Volatile.Read(ref _stopping) || !CloseAll())
            {
                Turn();
            }
        }
        catch (Exception e)
        {
            // Whatever it is, nobody may wait for ever for a thread that has ended.
            _fault = e;
            _started.TrySetException(e);
        }

        End();
    }

    private void Turn()
    {
        while (_commands.TryDequeue(out var command))
        {
            command();
        }

        for (var i = _scheduled.Count; i > 0 && _scheduled.TryDequeue(out var socket); i--)
        {
            socket.Flush();
        }

        var wait = -1L;
        var now = Now;
        for (var i = _sockets.Count - 1; i >= 0; i--)
        {
            var socket = _sockets[i];
            var due = socket.RunTimers(now);
            if (socket.IsClosed)
            {
                _sockets.RemoveAt(i);
                continue;
            }

            socket.PrepareToPoll();
            wait = due >= 0 && (wait < 0 || due < wait) ? due : wait;
        }

        if (_closing && _sockets.Count == 0)
        {
            // Nothing is left that could end a sleep.
            return;
        }

        Sleep((int)Math.Min(wait, 60_000));
        for (var i = 0; i < _sockets.Count; i++)
        {
            _sockets[i].HandlePoll();
        }
    }

    private void Sleep(int milliseconds)
    {
        if (milliseconds != 0)
        {
            Volatile.Write(ref _sleeping, 1);
            Interlocked.MemoryBarrier();
            if (!_commands.IsEmpty || !_scheduled.IsEmpty || (Volatile.Read(ref _stopping) && !_closing))
            {
                milliseconds = 0;
            }
        }

        var signalled = _driver.Poll(_sockets, milliseconds);
        Volatile.Write(ref _sleeping, 0);
        if (signalled)
        {
            Volatile.Write(ref _signalled, 0);
        }
    }

    /// <summary>Asks all sockets to close; true when they are.</summary>
    private bool CloseAll()
    {
        if (!_closing)
        {
            _closing = true;
            while (_commands.TryDequeue(out var command))
            {
                command();
            }

            foreach (var socket in _sockets)
            {
                socket.BeginClose();
            }
        }

        return _sockets.Count == 0;
    }

    private void End()
    {
        Volatile.Write(ref _stopped, true);
        foreach (var socket in _sockets)
        {
            socket.Abort(Closed());
        }

        _sockets.Clear();
        try
        {
            _driver.Terminate();
        }
        catch (Exception e)
        {
            _fault ??= e;
        }

        // What was asked for too late gets its answer: sockets are aborted, operations on them fail.
        while (_commands.TryDequeue(out var command))
        {
            command();
        }

        _ended.SetResult();
    }
}
