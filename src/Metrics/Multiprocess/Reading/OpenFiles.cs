namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// The descriptors that a directory keeps open between collections. Opening and closing a file costs several times as much as reading the values of a small one. Bounded per directory
/// by option, and over all directories of this process by half of the descriptors it may have. What is still open when the owner is collected is closed then.
/// </summary>
internal sealed class OpenFiles(int most)
{
    private static readonly long s_processLimit = LinuxFiles.IsSupported ? LinuxFiles.OpenFileLimit / 2 : 0;
    private static long s_processCount;
    private readonly HashSet<int> _descriptors = [];
    private readonly Lock _gate = new();
    private int _most = most;

    ~OpenFiles() => CloseAll();

    internal int Count => _descriptors.Count;

    /// <summary>Takes a descriptor over; false if there are enough, and the caller has to close it.</summary>
    internal bool TryKeep(int descriptor)
    {
        lock (_gate)
        {
            if (_descriptors.Count >= _most)
            {
                return false;
            }

            if (Interlocked.Increment(ref s_processCount) > s_processLimit)
            {
                Interlocked.Decrement(ref s_processCount);
                return false;
            }

            _descriptors.Add(descriptor);
            return true;
        }
    }

    internal void Close(int descriptor)
    {
        lock (_gate)
        {
            if (_descriptors.Remove(descriptor))
            {
                Interlocked.Decrement(ref s_processCount);
                LinuxFiles.Close(descriptor);
            }
        }
    }

    /// <summary>Keeps none from now on: the process has run out of descriptors.</summary>
    internal void Stop() => _most = 0;

    private void CloseAll()
    {
        foreach (var descriptor in _descriptors)
        {
            LinuxFiles.Close(descriptor);
        }

        Interlocked.Add(ref s_processCount, -_descriptors.Count);
        _descriptors.Clear();
    }
}
