using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DynamoAspire.Hosting.Ports;

/// <summary>Tells whether a loopback port can be bound, and who has it if not. The owner is found on Linux, and only where this user may look.</summary>
internal static class PortOwner
{
    private static readonly string[] s_tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Whether a server could listen on the port, on both loopback addresses.</summary>
    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    /// <summary>A port that nobody has at this moment.</summary>
    public static int FindFree()
    {
        for (var attempt = 0; attempt < 64; attempt++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No free port on the loopback interface.");
    }

    /// <summary>"port 9090 is used by prometheus (process 4711)", with as much of it as can be known.</summary>
    public static string Describe(int port)
    {
        var owner = Find(port);
        return owner is null
            ? string.Create(CultureInfo.InvariantCulture, $"port {port} is used by another process")
            : string.Create(CultureInfo.InvariantCulture, $"port {port} is used by {owner.Value.Name} (process {owner.Value.ProcessId})");
    }

    /// <summary>The command that ends whoever has the port: a service is stopped as one, or its manager would start it again.</summary>
    public static string HowToStop(int port)
    {
        if (Find(port) is not { } owner)
        {
            return string.Create(CultureInfo.InvariantCulture, $"sudo ss -ltnp 'sport = :{port}' names it");
        }

        try
        {
            // 0::/system.slice/prometheus.service
            var group = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{owner.ProcessId}/cgroup")).FirstOrDefault() ?? "";
            var unit = group[(group.LastIndexOf('/') + 1)..];
            if (group.Contains("/system.slice/", StringComparison.Ordinal) && unit.EndsWith(".service", StringComparison.Ordinal))
            {
                return $"sudo systemctl stop {unit[..^".service".Length]}";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or there are no control groups here.
        }

        return string.Create(CultureInfo.InvariantCulture, $"kill {owner.ProcessId}");
    }

    internal static (string Name, int ProcessId)? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var inodes = new HashSet<string>(StringComparer.Ordinal);
            foreach (var table in s_tables.Where(File.Exists))
            {
                // sl local_address rem_address st … inode; state 0A is LISTEN, the address ends in the port in hex.
                foreach (var line in File.ReadLines(table).Skip(1))
                {
                    var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    if (fields.Length > 9 && fields[3] == "0A" && fields[1].EndsWith(string.Create(CultureInfo.InvariantCulture, $":{port:X4}"), StringComparison.Ordinal))
                    {
                        inodes.Add($"socket:[{fields[9]}]");
                    }
                }
            }

            return inodes.Count == 0 ? null : FindHolder(inodes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A message without the owner is still a message.
            return null;
        }
    }

    private static (string Name, int ProcessId)? FindHolder(HashSet<string> inodes)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                if (Directory.EnumerateFiles(process + "/fd").Any(fd => inodes.Contains(new FileInfo(fd).LinkTarget ?? "")))
                {
                    return (NameOf(process), id);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that ended just now.
            }
        }

        return null;
    }

    /// <summary>Name of the program; of a .NET program that runs under "dotnet", its assembly.</summary>
    private static string NameOf(string process)
    {
        var name = File.ReadAllText(process + "/comm").Trim();
        var assembly = name == "dotnet" ? File.ReadAllText(process + "/cmdline").Split('\0').FirstOrDefault(a => a.EndsWith(".dll", StringComparison.Ordinal)) : null;
        return assembly is null ? name : Path.GetFileNameWithoutExtension(assembly);
    }

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
        catch (SocketException)
        {
            // An address family that is switched off cannot be taken.
            return true;
        }
    }
}
