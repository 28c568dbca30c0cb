using Aspire.Hosting;
using DynamoAspire.Hosting.Data;
using DynamoAspire.Testing;

namespace DynamoAspire.Hosting.Tests.Data;

public sealed class DataDirectoryTests
{
    [Fact]
    public void Folder_OfAnotherRun_IsAnErrorWhereItWasChosen()
    {
        using var folder = new TemporaryDirectory();
        var first = ApplicationBuilders.Run($"--DataDirectory={folder.Path}");
        DataDirectory.Of(first);

        var refused = Assert.Throws<DistributedApplicationException>(() => DataDirectory.Of(ApplicationBuilders.Run($"--DataDirectory={folder.Path}")));

        Assert.Contains($"DataDirectory {folder.Path} is used by another run", refused.Message, StringComparison.Ordinal);
        GC.KeepAlive(first);
    }

    [Fact]
    public void Folder_ThatCannotBeMade_IsAnErrorThatSaysWhy()
    {
        var refused = Assert.Throws<DistributedApplicationException>(() => DataDirectory.Of(ApplicationBuilders.Run("--DataDirectory=/proc/none")));

        Assert.Contains("DataDirectory /proc/none cannot be written to", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithSecrets_IsForItsOwnerAlone()
    {
        using var folder = new TemporaryDirectory();
        var path = DataDirectory.WriteFile(DataDirectory.Of(ApplicationBuilders.Run($"--DataDirectory={folder.Path}")).Folder("nats"), "nats.conf", "password");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }
}
