using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging.Zmq.Libzmq;

/// <summary>The array of zmq_pollitem_t { void* socket; fd; short events; short revents; } — the fd is as wide as a pointer on Windows.</summary>
internal sealed unsafe class LibzmqPollSet
{
    private static readonly int s_eventsOffset = sizeof(nint) + (OperatingSystem.IsWindows() ? sizeof(nint) : sizeof(int));
    private static readonly int s_itemSize = (s_eventsOffset + (2 * sizeof(short)) + sizeof(nint) - 1) / sizeof(nint) * sizeof(nint);
    private byte* _items;
    private int _capacity;

    public void* Items => _items;

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public int Add(nint socket, short events)
    {
        if (Count == _capacity)
        {
            _capacity = Math.Max(16, _capacity * 2);
            _items = (byte*)NativeMemory.Realloc(_items, (nuint)(_capacity * s_itemSize));
        }

        var item = _items + (Count * s_itemSize);
        NativeMemory.Clear(item, (nuint)s_itemSize);
        *(nint*)item = socket;
        *(short*)(item + s_eventsOffset) = events;
        return Count++;
    }

    public short Result(int index) => *(short*)(_items + (index * s_itemSize) + s_eventsOffset + sizeof(short));

    public void ClearResults()
    {
        for (var i = 0; i < Count; i++)
        {
            *(short*)(_items + (i * s_itemSize) + s_eventsOffset + sizeof(short)) = 0;
        }
    }

    public void Free()
    {
        NativeMemory.Free(_items);
        _items = null;
        _capacity = 0;
        Count = 0;
    }
}
