using System.Runtime.InteropServices;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>What the kernel says about a file.</summary>
/// <param name="Inode">Number of the file in its file system.</param>
/// <param name="Device">The file system.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsFile">Whether it is an ordinary file.</param>
/// <param name="Owner">User it belongs to.</param>
/// <param name="Group">Group it belongs to.</param>
/// <param name="Permissions">Mode bits without the type.</param>
/// <param name="Modified">Unix seconds of the last change of the content, as far as the file system notes those made through a mapping.</param>
/// <param name="Birth">Unix seconds of the making, or NaN where the file system does not keep it.</param>
internal readonly record struct FileStatus(ulong Inode, ulong Device, long Size, bool IsFile, uint Owner, uint Group, int Permissions, double Modified, double Birth)
{
    /// <summary>Size of the kernel's <c>struct statx</c>, which is the same on every architecture.</summary>
    internal const int RawSize = 256;

    private const uint HasBirth = 0x800;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether both are one and the same file.</summary>
    internal bool IsSame(in FileStatus other) => Inode == other.Inode && Device == other.Device;

    internal static FileStatus Parse(ReadOnlySpan<byte> statx)
    {
        var mode = Read<ushort>(statx, 28);
        return new FileStatus(
            Inode: Read<ulong>(statx, 32),
            Device: Read<ulong>(statx, 136),
            Size: Read<long>(statx, 40),
            IsFile: (mode & TypeMask) == RegularFile,
            Owner: Read<uint>(statx, 20),
            Group: Read<uint>(statx, 24),
            Permissions: mode & 0xFFF,
            Modified: Time(statx, 112),
            Birth: (Read<uint>(statx, 0) & HasBirth) != 0 ? Time(statx, 80) : double.NaN);
    }

    private static double Time(ReadOnlySpan<byte> statx, int at) => Read<long>(statx, at) + (Read<uint>(statx, at + 8) / 1e9);

    private static T Read<T>(ReadOnlySpan<byte> statx, int at)
        where T : struct => MemoryMarshal.Read<T>(statx[at..]);
}
