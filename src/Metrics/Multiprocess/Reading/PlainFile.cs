using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// A file that is read with plain reads. Never mapped: a mapped file that its owner truncates kills the reader with SIGBUS.
/// </summary>
/// <remarks>
/// On Unix through <c>open</c>, <c>pread</c> and <c>close</c> themselves: opening must not wait for the other end of a named pipe (<c>O_NONBLOCK</c>), which no managed call
/// offers, and a scrape over thousands of files should not make thousands of handles with finalisers.
/// </remarks>
internal unsafe partial struct PlainFile : IDisposable
{
    private const int OpenReadOnlyNonBlockingCloseOnExec = 0x8_0800;
    private const int SeekEnd = 2;
    private const int NoEntry = 2;
    private const int IsDirectory = 21;
    private const int Interrupted = 4;

    // The numbers above are those of Linux on x86-64 and arm64; elsewhere the managed calls do.
    private static readonly bool s_native = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private SafeFileHandle? _handle;
    private int _descriptor;

    internal enum OpenStatus
    {
        Opened,
        Missing,
        NotAFile,
        Denied,
    }

    /// <summary>Bytes in the file when it was opened.</summary>
    internal long Length { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Path, for the managed calls.</param>
    /// <param name="pathUtf8">The same, zero-terminated.</param>
    /// <param name="file">The open file.</param>
    internal static OpenStatus Open(string path, byte[] pathUtf8, out PlainFile file)
    {
        file = new PlainFile { _descriptor = -1 };
        if (!s_native)
        {
            return OpenManaged(path, ref file);
        }

        fixed (byte* p = pathUtf8)
        {
            file._descriptor = OpenFile(p, OpenReadOnlyNonBlockingCloseOnExec);
        }

        if (file._descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() == NoEntry ? OpenStatus.Missing : OpenStatus.Denied;
        }

        // A pipe or a terminal cannot be sought; a directory can, but the first read says what it is.
        file.Length = Seek(file._descriptor, 0, SeekEnd);
        if (file.Length < 0)
        {
            file.Dispose();
            return OpenStatus.NotAFile;
        }

        byte probe;
        if (ReadAt(file._descriptor, &probe, 0, 0) < 0 && Marshal.GetLastPInvokeError() == IsDirectory)
        {
            file.Dispose();
            return OpenStatus.NotAFile;
        }

        return OpenStatus.Opened;
    }

    /// <summary>Fills the buffer from the offset, as far as the file goes; the number of bytes read, or -1 if reading failed.</summary>
    internal readonly int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = ReadOnce(offset + total, buffer[total..]);
            if (read < 0)
            {
                return total > 0 ? total : -1;
            }

            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
        if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static OpenStatus OpenManaged(string path, ref PlainFile file)
    {
        try
        {
            file._handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Length = RandomAccess.GetLength(file._handle);
            return OpenStatus.Opened;
        }
        catch (FileNotFoundException)
        {
            return OpenStatus.Missing;
        }
        catch (NotSupportedException)
        {
            file.Dispose();
            return OpenStatus.NotAFile;
        }
        catch (UnauthorizedAccessException)
        {
            file.Dispose();
            return Directory.Exists(path) ? OpenStatus.NotAFile : OpenStatus.Denied;
        }
        catch (IOException)
        {
            file.Dispose();
            return OpenStatus.Denied;
        }
    }

    private readonly int ReadOnce(long offset, Span<byte> buffer)
    {
        if (_handle is not null)
        {
            try
            {
                return RandomAccess.Read(_handle, buffer, offset);
            }
            catch (IOException)
            {
                return -1;
            }
        }

        fixed (byte* p = buffer)
        {
            while (true)
            {
                var read = ReadAt(_descriptor, p, (nuint)buffer.Length, offset);
                if (read >= 0 || Marshal.GetLastPInvokeError() != Interrupted)
                {
                    return (int)read;
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int origin);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
