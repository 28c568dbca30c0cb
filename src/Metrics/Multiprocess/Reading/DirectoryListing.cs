using System.Buffers.Binary;
using System.IO.Enumeration;
using System.Text;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Lists the <c>*.db</c> of a directory without making a string per file; hidden files are not listed, as by a shell's pattern.</summary>
internal sealed class DirectoryListing
{
    private const int BufferSize = 64 * 1024;

    // struct linux_dirent64: u64 inode, i64 offset, u16 length of the record, u8 type, name up to a zero.
    private const int RecordLengthAt = 16;
    private const int TypeAt = 18;
    private const int NameAt = 19;
    private const byte Plain = 8;

    private readonly string _path;
    private readonly byte[] _pathUtf8;
    private readonly Visitor _visit;
    private byte[]? _buffer;

    internal DirectoryListing(string path, Visitor visit)
    {
        _path = path;
        _pathUtf8 = Encoding.UTF8.GetBytes(path + '\0');
        _visit = visit;
    }

    /// <summary>Called for each entry: its name, its inode and whether it is surely an ordinary file (0 and false where the system does not tell).</summary>
    internal delegate void Visitor(ReadOnlySpan<byte> name, ulong inode, bool isPlain);

    /// <summary>Device of the directory at the last run; 0 where the system does not tell.</summary>
    internal ulong Device { get; private set; }

    /// <summary>The open directory, from <see cref="Run"/> to <see cref="Close"/>; -1 where it could not be opened or descriptors are not used.</summary>
    internal int Descriptor { get; private set; } = -1;

    internal void Close()
    {
        if (Descriptor >= 0)
        {
            LinuxFiles.Close(Descriptor);
            Descriptor = -1;
        }
    }

    internal MultiprocessDirectoryState Run() => LinuxFiles.IsSupported ? RunLinux() : RunManaged();

    private MultiprocessDirectoryState RunLinux()
    {
        var descriptor = LinuxFiles.Open(_pathUtf8);
        if (descriptor < 0)
        {
            // One that is out of descriptors, or may not open the directory, must not say that there is none.
            return LinuxFiles.LastError == LinuxFiles.NoEntry ? MultiprocessDirectoryState.Missing
                : File.Exists(_path) ? MultiprocessDirectoryState.NotADirectory
                : LinuxFiles.LastError == LinuxFiles.NotDirectory ? MultiprocessDirectoryState.Missing
                : MultiprocessDirectoryState.Unreadable;
        }

        Descriptor = descriptor;
        Device = LinuxFiles.TryStatus(descriptor, out var status) ? status.Device : 0;
        _buffer ??= GC.AllocateUninitializedArray<byte>(BufferSize);
        int read;
        while ((read = LinuxFiles.ReadEntries(descriptor, _buffer)) > 0)
        {
            Visit(_buffer.AsSpan(0, read));
        }

        return read == 0 ? MultiprocessDirectoryState.Present
            : LinuxFiles.LastError == LinuxFiles.NotDirectory ? MultiprocessDirectoryState.NotADirectory
            : MultiprocessDirectoryState.Unreadable;
    }

    private void Visit(ReadOnlySpan<byte> records)
    {
        while (records.Length > NameAt)
        {
            var record = records[..BinaryPrimitives.ReadUInt16LittleEndian(records[RecordLengthAt..])];
            records = records[record.Length..];
            var name = record[NameAt..];
            name = name[..name.IndexOf((byte)0)];
            if (name.EndsWith(MultiprocessFileName.ExtensionUtf8) && name[0] != (byte)'.')
            {
                var type = record[TypeAt];
                _visit(name, BinaryPrimitives.ReadUInt64LittleEndian(record), type == Plain);
            }
        }
    }

    private MultiprocessDirectoryState RunManaged()
    {
        try
        {
            using var entries = new Entries(_path, _visit);
            while (entries.MoveNext())
            {
            }

            return MultiprocessDirectoryState.Present;
        }
        catch (DirectoryNotFoundException)
        {
            return File.Exists(_path) ? MultiprocessDirectoryState.NotADirectory : MultiprocessDirectoryState.Missing;
        }
        catch (IOException)
        {
            return File.Exists(_path) ? MultiprocessDirectoryState.NotADirectory : MultiprocessDirectoryState.Unreadable;
        }
        catch (UnauthorizedAccessException)
        {
            return MultiprocessDirectoryState.Unreadable;
        }
    }

    private sealed class Entries(string path, Visitor visit) : FileSystemEnumerator<bool>(path, s_enumeration)
    {
        private static readonly EnumerationOptions s_enumeration = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
        {
            if (entry.FileName.EndsWith(MultiprocessFileName.Extension, StringComparison.Ordinal) && entry.FileName[0] != '.')
            {
                visit(Encoding.UTF8.GetBytes(entry.FileName.ToString()), 0, false);
            }

            return false;
        }

        protected override bool TransformEntry(ref FileSystemEntry entry) => true;
    }
}
