using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>
/// One file of one process, mapped: what this process writes is what a collector reads, at once and also after a crash. All access under the file's lock, as growing moves the mapping.
/// </summary>
internal sealed unsafe class MultiprocessFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly Dictionary<byte[], int> _valueOffsets = new(Utf8Comparer.Instance);
    private readonly Lock _gate = new();
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;
    private byte* _memory;
    private long _capacity;
    private int _used;

    internal MultiprocessFile(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            var length = _stream.Length;
            if (length is > 0 and < MultiprocessLayout.HeaderSize)
            {
                throw Foreign();
            }

            Map(length == 0 ? MultiprocessLayout.InitialFileSize : length);
            _used = Unsafe.ReadUnaligned<int>(_memory);
            if (_used == 0)
            {
                _used = MultiprocessLayout.HeaderSize;
                Volatile.Write(ref *(int*)_memory, _used);
            }

            IndexEntries();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Offset of the value of a key; the entry is made, with value 0, if there is none. An existing one keeps its value.</summary>
    internal int Entry(byte[] key)
    {
        lock (_gate)
        {
            if (_valueOffsets.TryGetValue(key, out var found))
            {
                return found;
            }

            var valueOffset = MultiprocessLayout.ValueOffset(key.Length);
            var size = valueOffset + MultiprocessLayout.TailSize(hasTimestamps: true);
            if (_used + (long)size > _capacity)
            {
                var capacity = _capacity;
                while (_used + (long)size > capacity)
                {
                    capacity *= 2;
                }

                Map(capacity);
            }

            var entry = new Span<byte>(_memory + _used, size);
            Unsafe.WriteUnaligned(_memory + _used, key.Length);
            key.CopyTo(entry[MultiprocessLayout.LengthSize..]);
            entry[(MultiprocessLayout.LengthSize + key.Length)..valueOffset].Fill((byte)' ');
            entry[valueOffset..].Clear();
            found = _used + valueOffset;
            _used += size;

            // The entry must be whole before a reader may count it in.
            Volatile.Write(ref *(int*)_memory, _used);
            _valueOffsets.Add(key, found);
            return found;
        }
    }

    internal double Read(int offset)
    {
        lock (_gate)
        {
            return _memory is null ? 0 : Volatile.Read(ref *(double*)(_memory + offset));
        }
    }

    internal void Add(int offset, double amount)
    {
        lock (_gate)
        {
            if (_memory is not null)
            {
                ref var value = ref *(double*)(_memory + offset);
                Volatile.Write(ref value, value + amount);
            }
        }
    }

    internal void Set(int offset, double value, double timestamp)
    {
        lock (_gate)
        {
            if (_memory is not null)
            {
                Volatile.Write(ref *(double*)(_memory + offset), value);
                Volatile.Write(ref *(double*)(_memory + offset + sizeof(double)), timestamp);
            }
        }
    }

    /// <summary>Unmaps and closes; the file stays. Handles that are used afterwards change nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Unmap();
            _stream.Dispose();
        }
    }

    private void Map(long capacity)
    {
        Unmap();
        if (_stream.Length < capacity)
        {
            _stream.SetLength(capacity);
        }

        _mapping = MemoryMappedFile.CreateFromFile(_stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, capacity, MemoryMappedFileAccess.ReadWrite);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _memory = pointer + _view.PointerOffset;
        _capacity = capacity;
    }

    private void Unmap()
    {
        if (_memory is not null)
        {
            _memory = null;
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view?.Dispose();
        _mapping?.Dispose();
        _view = null;
        _mapping = null;
    }

    private void IndexEntries()
    {
        if (_used < MultiprocessLayout.HeaderSize || _used > _capacity)
        {
            throw Foreign();
        }

        var tail = MultiprocessLayout.TailSize(hasTimestamps: true);
        var at = MultiprocessLayout.HeaderSize;
        while (at < _used)
        {
            var length = at + MultiprocessLayout.LengthSize <= _used ? Unsafe.ReadUnaligned<int>(_memory + at) : -1;
            if (length < 2 || length > _used - at || at + MultiprocessLayout.ValueOffset(length) + tail > _used)
            {
                throw Foreign();
            }

            var key = new ReadOnlySpan<byte>(_memory + at + MultiprocessLayout.LengthSize, length);
            if (!key.StartsWith("[\""u8))
            {
                throw Foreign();
            }

            // Of a key that stands there twice the later entry is the one that Python goes on with.
            _valueOffsets[key.ToArray()] = at + MultiprocessLayout.ValueOffset(length);
            at += MultiprocessLayout.ValueOffset(length) + tail;
        }
    }

    private MultiprocessFormatException Foreign() =>
        new($"'{_path}' exists and is not a file of prometheus_client 0.18 or later. Empty the directory between runs, or give the process another identifier.");
}
