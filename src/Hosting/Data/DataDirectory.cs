using System.Runtime.CompilerServices;
using Aspire.Hosting;

namespace DynamoAspire.Hosting.Data;

/// <summary>
/// Where local servers keep their files in run mode: <c>DataDirectory</c> of the configuration, by default <c>artifacts/apphost</c> of the checkout.
/// One application at a time owns a folder; a second one that did not choose gets a temporary folder.
/// </summary>
internal sealed class DataDirectory
{
    private static readonly ConditionalWeakTable<IDistributedApplicationBuilder, DataDirectory> s_byBuilder = [];
    private readonly string _root;

    /// <summary>Held, and thereby locked, for as long as the process lives.</summary>
    private readonly FileStream _lock;

    private DataDirectory(IDistributedApplicationBuilder builder)
    {
        var configured = builder.Configuration["DataDirectory"];
        _root = Path.GetFullPath(string.IsNullOrEmpty(configured) ? "../../artifacts/apphost" : configured, builder.AppHostDirectory);
        var held = TryLock(_root);
        if (held is null && string.IsNullOrEmpty(configured))
        {
            var temporary = Directory.CreateTempSubdirectory("dynamo-aspire-").FullName;
            Console.WriteLine($"{_root} is used by another run; files of this one go to {temporary} (choose a folder: --DataDirectory=…)");
            _root = temporary;
            held = TryLock(_root);
        }

        _lock = held ?? throw new DistributedApplicationException($"DataDirectory {_root} is used by another run. Stop that, or choose another folder (--DataDirectory=…).");
    }

    /// <summary>The folder of this application.</summary>
    public static DataDirectory Of(IDistributedApplicationBuilder builder) => s_byBuilder.GetValue(builder, static b => new DataDirectory(b));

    /// <summary>A folder in it, which exists afterwards and is for this user alone: server configurations hold passwords.</summary>
    public string Folder(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([_root, .. parts]);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>The same, without what an earlier run left in it.</summary>
    public string EmptyFolder(params ReadOnlySpan<string> parts)
    {
        var path = Folder(parts);
        foreach (var file in Directory.EnumerateFiles(path))
        {
            File.Delete(file);
        }

        return path;
    }

    /// <summary>Writes a file that only this user can read, and returns its path.</summary>
    public static string WriteFile(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        return path;
    }

    private static FileStream? TryLock(string root)
    {
        var file = Path.Combine(root, "lock");
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(root, e);
        }

        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(root, e);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static DistributedApplicationException NotWritable(string root, Exception reason) =>
        new($"DataDirectory {root} cannot be written to: {reason.Message} Choose another folder (--DataDirectory=…).", reason);
}
