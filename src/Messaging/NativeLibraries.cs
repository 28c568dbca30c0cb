using System.Reflection;
using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging;

/// <summary>
/// Where the two native libraries are found. An assembly may set one import resolver only, so both adapters share this one.
/// Call <see cref="TryLoad"/> before the first native call: it makes "the library is missing" an answer instead of an exception in the middle.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>Import name of the NATS C client.</summary>
    public const string Nats = "nats";

    /// <summary>Import name of libzmq.</summary>
    public const string Zmq = "zmq";

    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, nint> s_loaded = new(StringComparer.Ordinal);
    private static bool s_resolverIsSet;

    /// <summary>Loads a library once per process, trying its candidates in order; false if none is there.</summary>
    public static bool TryLoad(string name, out nint handle)
    {
        lock (s_gate)
        {
            if (!s_resolverIsSet)
            {
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
                s_resolverIsSet = true;
            }

            if (s_loaded.TryGetValue(name, out handle))
            {
                return true;
            }

            foreach (var candidate in Candidates(name))
            {
                if (NativeLibrary.TryLoad(candidate, out handle))
                {
                    s_loaded[name] = handle;
                    return true;
                }
            }
        }

        handle = 0;
        return false;
    }

    /// <summary>Environment variable that names the file to load instead of searching, such as <c>DYNAMO_ASPIRE_LIBNATS</c>.</summary>
    public static string OverrideVariable(string name) => "DYNAMO_ASPIRE_LIB" + name.ToUpperInvariant();

    /// <summary>Everything that is tried, in order.</summary>
    internal static IEnumerable<string> Candidates(string name)
    {
        if (Environment.GetEnvironmentVariable(OverrideVariable(name)) is { Length: > 0 } path)
        {
            // Somebody who names a file wants that file, or to hear that it does not load.
            return [path];
        }

        if (OperatingSystem.IsWindows())
        {
            return name == Nats ? ["nats", "libnats"] : ["libzmq", "libzmq-mt-4_3_5", "libzmq-v143-mt-4_3_5", "zmq"];
        }

        if (OperatingSystem.IsMacOS())
        {
            string[] names = name == Nats ? ["libnats.3.dylib", "libnats.dylib"] : ["libzmq.5.dylib", "libzmq.dylib"];

            // Homebrew on Apple silicon is not on the loader's default path.
            return [.. names, .. names.Select(n => "/opt/homebrew/lib/" + n), .. names.Select(n => "/usr/local/lib/" + n)];
        }

        return name == Nats
            ? ["libnats.so.3.4", .. Versioned("libnats.so.3"), "libnats.so"]
            : ["libzmq.so.5", "libzmq.so"];
    }

    /// <summary>Files <c>stem.*</c> in the loader's folders, newest version first: the soname of libnats carries the minor version, which differs per release.</summary>
    private static IEnumerable<string> Versioned(string stem) =>
        LinuxFolders()
            .Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, stem + "*"))
            .OrderByDescending(file => VersionOf(file, stem));

    private static IEnumerable<string> LinuxFolders()
    {
        yield return AppContext.BaseDirectory;
        foreach (var folder in (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        var triplet = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86_64-linux-gnu",
            Architecture.Arm64 => "aarch64-linux-gnu",
            var other => other.ToString().ToLowerInvariant() + "-linux-gnu",
        };
        yield return "/usr/local/lib/" + triplet;
        yield return "/usr/local/lib";
        yield return "/usr/lib/" + triplet;
        yield return "/lib/" + triplet;
        yield return "/usr/lib64";
        yield return "/usr/lib";
    }

    private static Version VersionOf(string file, string stem) =>
        Version.TryParse("0" + Path.GetFileName(file)[stem.Length..], out var version) ? version : new Version(0, 0);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is Nats or Zmq && TryLoad(name, out var handle) ? handle : 0;
}
