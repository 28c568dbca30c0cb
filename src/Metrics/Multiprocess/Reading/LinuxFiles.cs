using System.Runtime.InteropServices;
using DynamoAspire.Metrics.Multiprocess.Reaping;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// The system calls that reading a directory needs and no managed call offers: opening without waiting for the other end of a pipe, listing with inode numbers, reading without a
/// handle object per file. Numbers and layouts are those of Linux on x86-64 and arm64; elsewhere the managed calls do.
/// </summary>
internal static unsafe partial class LinuxFiles
{
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int NotDirectory = 20;
    internal const int IsDirectory = 21;
    internal const int TooManyOpenInSystem = 23;
    internal const int TooManyOpen = 24;
    internal const int IllegalSeek = 29;

    private const int ReadOnlyNonBlockingCloseOnExec = 0x8_0800;
    private const int TryAgain = 11;
    private const int SetSignal = 10;
    private const int UrgentSignal = 23;
    private const int SetLease = 1024;
    private const int ReadLease = 0;
    private const int NoLease = 2;
    private const int AtCurrentDirectory = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatBasicAndBirth = 0xFFF;
    private const int ResourceOpenFiles = 7;

    internal static bool IsSupported { get; } = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    internal static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>Most descriptors this process may have.</summary>
    internal static long OpenFileLimit
    {
        get
        {
            var limits = stackalloc ulong[2];
            return GetLimit(ResourceOpenFiles, limits) == 0 ? (long)Math.Min(limits[0], int.MaxValue) : 256;
        }
    }

    /// <summary>Opens for reading; negative on failure, with <see cref="LastError"/>.</summary>
    internal static int Open(ReadOnlySpan<byte> zeroTerminatedPath) => OpenAt(AtCurrentDirectory, zeroTerminatedPath);

    /// <summary>Opens an entry of an open directory for reading; negative on failure, with <see cref="LastError"/>.</summary>
    internal static int OpenAt(int directory, ReadOnlySpan<byte> zeroTerminatedPath)
    {
        fixed (byte* path = zeroTerminatedPath)
        {
            return OpenFileAt(directory, path, ReadOnlyNonBlockingCloseOnExec);
        }
    }

    /// <summary>Fills the buffer from the offset, as far as the file goes; the number of bytes read, or -1 if nothing could be read.</summary>
    internal static int Read(int descriptor, long offset, Span<byte> buffer)
    {
        var total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                var read = (int)ReadAt(descriptor, start + total, (nuint)(buffer.Length - total), offset + total);
                if (read < 0)
                {
                    if (LastError == Interrupted)
                    {
                        continue;
                    }

                    return total > 0 ? total : -1;
                }

                if (read == 0)
                {
                    break;
                }

                total += read;
            }
        }

        return total;
    }

    internal static void Close(int descriptor) => _ = CloseFile(descriptor);

    internal static bool TryStatus(int descriptor, out FileStatus status) => TryStatus(descriptor, "\0"u8, AtEmptyPath, out status);

    /// <summary>Status of what a path leads to, links followed.</summary>
    internal static bool TryStatus(ReadOnlySpan<byte> zeroTerminatedPath, out FileStatus status) => TryStatus(AtCurrentDirectory, zeroTerminatedPath, 0, out status);

    private static bool TryStatus(int directory, ReadOnlySpan<byte> zeroTerminatedPath, int flags, out FileStatus status)
    {
        Span<byte> raw = stackalloc byte[FileStatus.RawSize];
        fixed (byte* path = zeroTerminatedPath)
        fixed (byte* result = raw)
        {
            if (Statx(directory, path, flags, StatBasicAndBirth, result) != 0)
            {
                status = default;
                return false;
            }
        }

        status = FileStatus.Parse(raw);
        return true;
    }

    /// <summary>
    /// Whether anybody on this machine has the file open for writing, whatever its process id looks like from here: the kernel grants a read lease only if nobody has. The lease is given
    /// back at once.
    /// </summary>
    internal static FileUse UseOf(ReadOnlySpan<byte> zeroTerminatedPath)
    {
        var descriptor = Open(zeroTerminatedPath);
        if (descriptor < 0)
        {
            return FileUse.Unknown;
        }

        try
        {
            // Who opens the file for writing in this very moment makes the kernel signal the holder of the lease; the usual signal would end this process, this one is ignored.
            if (Control(descriptor, SetSignal, UrgentSignal) == 0 && Control(descriptor, SetLease, ReadLease) == 0)
            {
                _ = Control(descriptor, SetLease, NoLease);
                return FileUse.Free;
            }

            return LastError == TryAgain ? FileUse.InUse : FileUse.Unknown;
        }
        finally
        {
            Close(descriptor);
        }
    }

    /// <summary>Makes the entries of a directory lasting.</summary>
    internal static void FlushDirectory(ReadOnlySpan<byte> zeroTerminatedPath)
    {
        var descriptor = Open(zeroTerminatedPath);
        if (descriptor >= 0)
        {
            _ = Flush(descriptor);
            Close(descriptor);
        }
    }

    /// <summary>Gives a file to an owner, as far as this user may.</summary>
    internal static void SetOwner(ReadOnlySpan<byte> zeroTerminatedPath, uint owner, uint group)
    {
        fixed (byte* path = zeroTerminatedPath)
        {
            _ = ChangeOwner(path, owner, group);
        }
    }

    internal static void SetPermissions(ReadOnlySpan<byte> zeroTerminatedPath, int permissions)
    {
        fixed (byte* path = zeroTerminatedPath)
        {
            _ = ChangeMode(path, (uint)permissions);
        }
    }

    /// <summary>The next raw directory entries; 0 at the end, negative on failure.</summary>
    internal static int ReadEntries(int descriptor, Span<byte> buffer)
    {
        // Not every libc has a wrapper for getdents64.
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 217 : 61;
        fixed (byte* start = buffer)
        {
            return (int)SystemCall(number, descriptor, (nint)start, buffer.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenFileAt(int directory, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static partial int ChangeMode(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static partial int ChangeOwner(byte* path, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int directory, byte* path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limits);
}
