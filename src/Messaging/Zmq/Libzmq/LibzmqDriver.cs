using System.Globalization;
using System.Runtime.InteropServices;
using DynamoAspire.Messaging.Zmq.Reactor;

namespace DynamoAspire.Messaging.Zmq.Libzmq;

/// <summary>The reference implementation, through its C interface.</summary>
internal sealed unsafe class LibzmqDriver : ZmqDriver
{
    private static int s_lastName;

    private readonly Lock _signalGate = new();
    private readonly LibzmqPollSet _pollSet = new();
    private nint _context;
    private nint _signalIn;
    private nint _signalOut;
    private bool _signalClosed;

    private LibzmqDriver(bool tellsHandshakes) => TellsHandshakes = tellsHandshakes;

    public override string Adapter => ZmqContexts.Libzmq;

    /// <summary>Handshake events came with 4.3.</summary>
    public bool TellsHandshakes { get; }

    public nint Context => _context;

    public static ZmqDriver Create()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Zmq, out _))
        {
            throw ZmqContexts.LibraryMissing();
        }

        LibzmqNative.Version(out var major, out var minor, out var patch);
        return (major, minor) is ( > 4, _) or (4, >= 2)
            ? new LibzmqDriver(tellsHandshakes: (major, minor) is not (4, 2))
            : throw new ZmqException(ZmqError.LibraryMissing, string.Create(CultureInfo.InvariantCulture, $"libzmq {major}.{minor}.{patch} is too old; 4.2 or later is needed. Debian/Ubuntu: apt-get install libzmq5."));
    }

    /// <summary>A name for an in-process endpoint, unique in the process.</summary>
    public static string NextName(string kind) => string.Create(CultureInfo.InvariantCulture, $"inproc://dynamo-aspire-{kind}-{Interlocked.Increment(ref s_lastName)}");

    public override void Start()
    {
        _context = LibzmqNative.ContextNew();
        if (_context == 0)
        {
            throw LibzmqErrors.Last("make a context");
        }

        // Each of our sockets is three of the library's (itself and both ends of its monitor); the default of 1023 is soon used up.
        _ = LibzmqNative.ContextSet(_context, LibzmqConstants.ContextMaxSockets, LibzmqNative.ContextGet(_context, LibzmqConstants.ContextSocketLimit));

        var name = NextName("signal");
        _signalIn = OpenPair();
        Check(LibzmqNative.Bind(_signalIn, name), "make the signal socket");
        _signalOut = OpenPair();
        Check(LibzmqNative.Connect(_signalOut, name), "make the signal socket");
    }

    public override ZmqDriverSocket CreateSocket(ZmqSocketType type, ZmqSocketOptions options) => new LibzmqSocket(this, type, options);

    public override bool Poll(IReadOnlyList<ZmqReactorSocket> sockets, int milliseconds)
    {
        _pollSet.Clear();
        _pollSet.Add(_signalIn, LibzmqConstants.PollIn);
        for (var i = 0; i < sockets.Count; i++)
        {
            (sockets[i].Native as LibzmqSocket)?.AddTo(_pollSet);
        }

        if (LibzmqNative.Poll(_pollSet.Items, _pollSet.Count, new CLong(milliseconds)) < 0)
        {
            if (LibzmqNative.Errno() != LibzmqErrors.Interrupted)
            {
                throw LibzmqErrors.Last("poll");
            }

            _pollSet.ClearResults();
        }

        for (var i = 0; i < sockets.Count; i++)
        {
            (sockets[i].Native as LibzmqSocket)?.ReadFrom(_pollSet);
        }

        if (_pollSet.Result(0) == 0)
        {
            return false;
        }

        DrainSignals();
        return true;
    }

    public override void Signal()
    {
        // libzmq allows a socket to change threads over a full fence, which the lock is.
        lock (_signalGate)
        {
            if (!_signalClosed && _signalOut != 0)
            {
                byte one = 1;
                _ = LibzmqNative.Send(_signalOut, &one, 1, LibzmqConstants.DontWait);
            }
        }
    }

    public override void Terminate()
    {
        lock (_signalGate)
        {
            _signalClosed = true;
            Close(ref _signalOut);
        }

        Close(ref _signalIn);
        _pollSet.Free();
        if (_context != 0)
        {
            while (LibzmqNative.ContextTerm(_context) < 0 && LibzmqNative.Errno() == LibzmqErrors.Interrupted)
            {
                // A signal of the system came in between; the wait for lingering messages goes on.
            }

            _context = 0;
        }
    }

    /// <summary>A PAIR socket, as signals and monitors use.</summary>
    public nint OpenPair()
    {
        var pair = LibzmqNative.Socket(_context, LibzmqConstants.Pair);
        if (pair == 0)
        {
            throw LibzmqErrors.Last("make a socket");
        }

        var linger = 0;
        _ = LibzmqNative.SetOption(pair, LibzmqConstants.Linger, &linger, sizeof(int));
        return pair;
    }

    private static void Check(int result, string doing)
    {
        if (result < 0)
        {
            throw LibzmqErrors.Last(doing);
        }
    }

    private static void Close(ref nint socket)
    {
        if (socket != 0)
        {
            _ = LibzmqNative.Close(socket);
            socket = 0;
        }
    }

    private void DrainSignals()
    {
        var message = stackalloc byte[LibzmqNative.MessageSize];
        _ = LibzmqNative.MessageInit(message);
        while (LibzmqNative.MessageReceive(message, _signalIn, LibzmqConstants.DontWait) >= 0)
        {
            // One signal or many: the reactor looks at everything anyway.
        }

        _ = LibzmqNative.MessageClose(message);
    }
}
