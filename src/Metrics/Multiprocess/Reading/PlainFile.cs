using Microsoft.Win32.SafeHandles;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// A file that is read with plain reads. Never mapped: a mapped file that its owner truncates kills the reader with SIGBUS. Where <see cref="LinuxFiles"/> is supported without a
/// handle object, because a scrape over thousands of files should not make thousands of finalisers.
/// </summary>
internal struct PlainFile
{
    private SafeFileHandle? _handle;
    private int _descriptor;

    internal enum OpenStatus
    {
        Opened,
        Missing,
        NotAFile,
        Denied,

        /// <summary>This process has as many files open as it may.</summary>
        NoDescriptor,
    }

    /// <summary>The descriptor, or -1 where managed handles are used.</summary>
    internal readonly int Descriptor => _handle is null ? _descriptor : -1;

    internal static PlainFile Of(int descriptor) => new() { _descriptor = descriptor };

    /// <summary>Opens a file of a directory.</summary>
    /// <param name="directory">The open directory, where descriptors are used.</param>
    /// <param name="nameZeroTerminated">Name in it.</param>
    /// <param name="directoryPath">Path of the directory, for the managed calls.</param>
    /// <param name="name">The name, for the managed calls.</param>
    /// <param name="file">The open file.</param>
    internal static OpenStatus Open(int directory, byte[] nameZeroTerminated, string directoryPath, string name, out PlainFile file)
    {
        file = new PlainFile { _descriptor = -1 };
        if (!LinuxFiles.IsSupported)
        {
            return OpenManaged(Path.Combine(directoryPath, name), ref file);
        }

        file._descriptor = LinuxFiles.OpenAt(directory, nameZeroTerminated);
        if (file._descriptor >= 0)
        {
            return OpenStatus.Opened;
        }

        return LinuxFiles.LastError switch
        {
            LinuxFiles.NoEntry => OpenStatus.Missing,
            LinuxFiles.TooManyOpen or LinuxFiles.TooManyOpenInSystem => OpenStatus.NoDescriptor,
            _ => OpenStatus.Denied,
        };
    }

    /// <summary>Fills the buffer from the offset, as far as the file goes; the number of bytes read, or -1 if reading failed.</summary>
    internal readonly int Read(long offset, Span<byte> buffer)
    {
        if (_handle is null)
        {
            return LinuxFiles.Read(_descriptor, offset, buffer);
        }

        var total = 0;
        try
        {
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }
        }
        catch (IOException)
        {
            return total > 0 ? total : -1;
        }

        return total;
    }

    /// <summary>After a read that failed: whether that is because this is a directory, a pipe or a device.</summary>
    internal readonly bool IsNoFile() =>
        _handle is null && (LinuxFiles.LastError is LinuxFiles.IsDirectory or LinuxFiles.IllegalSeek || (LinuxFiles.TryStatus(_descriptor, out var status) && !status.IsFile));

    /// <summary>Bytes in the file now; -1 if that cannot be told.</summary>
    internal readonly long Length()
    {
        if (_handle is not null)
        {
            return RandomAccess.GetLength(_handle);
        }

        return LinuxFiles.TryStatus(_descriptor, out var status) ? status.Size : -1;
    }

    /// <summary>Unix seconds of the last modification; 0 if that cannot be told.</summary>
    internal readonly double Modified()
    {
        if (_handle is not null)
        {
            return (File.GetLastWriteTimeUtc(_handle) - DateTime.UnixEpoch).TotalSeconds;
        }

        return LinuxFiles.TryStatus(_descriptor, out var status) ? status.Modified : 0;
    }

    internal void Close()
    {
        _handle?.Dispose();
        _handle = null;
        if (_descriptor >= 0)
        {
            LinuxFiles.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static OpenStatus OpenManaged(string path, ref PlainFile file)
    {
        try
        {
            file._handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return OpenStatus.Opened;
        }
        catch (FileNotFoundException)
        {
            return OpenStatus.Missing;
        }
        catch (NotSupportedException)
        {
            return OpenStatus.NotAFile;
        }
        catch (UnauthorizedAccessException)
        {
            return Directory.Exists(path) ? OpenStatus.NotAFile : OpenStatus.Denied;
        }
        catch (IOException)
        {
            return OpenStatus.Denied;
        }
    }
}
