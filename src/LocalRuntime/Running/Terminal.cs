using System.Text;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Everything that this process prints: prefixed lines of the resources, changes of state, the table. Coloured only on a terminal (and not with NO_COLOR).</summary>
internal sealed class Terminal(TextWriter output, bool colour, int nameWidth)
{
    private static readonly int[] s_palette = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];
    private readonly Lock _gate = new();

    public static Terminal ForConsole(IEnumerable<string> names) => new(
        Console.Out,
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        names.Select(n => n.Length).DefaultIfEmpty(8).Max());

    /// <summary>A line of a resource.</summary>
    public void Line(string name, string line) => Write($"{Paint(PrefixColour(name), name.PadRight(nameWidth))} | {line}");

    /// <summary>Something about a resource, said by this process.</summary>
    public void Note(string name, string text) => Write($"{Paint(PrefixColour(name), name.PadRight(nameWidth))} * {text}");

    /// <summary>A change of state.</summary>
    public void State(string name, ResourceState state, string? reason)
    {
        // Each failed check while something starts would be a line of its own.
        if (state == ResourceState.Starting && reason is not null)
        {
            return;
        }

        Note(name, Describe(state, reason));
    }

    /// <summary>Something about the whole.</summary>
    public void Say(string text) => Write(text);

    /// <summary>All resources with their states and URLs.</summary>
    public void Table(IEnumerable<ResourceSnapshot> resources)
    {
        var text = new StringBuilder().AppendLine().AppendLine($"  {"NAME".PadRight(nameWidth)}  STATE          URLS");
        foreach (var resource in resources)
        {
            var state = StateName(resource.State).PadRight(13);
            var rest = resource.State is ResourceState.Failed or ResourceState.NotAvailable or ResourceState.Waiting
                ? resource.Reason ?? ""
                : string.Join("  ", resource.Urls.Select(u => u.Url));
            text.AppendLine($"  {resource.Name.PadRight(nameWidth)}  {Paint(StateColour(resource.State), state)}  {rest}");
        }

        Write(text.ToString());
    }

    internal static string StateName(ResourceState state) => state == ResourceState.NotAvailable ? "not available" : state.ToString().ToLowerInvariant();

    private string Describe(ResourceState state, string? reason) =>
        Paint(StateColour(state), StateName(state)) + (reason is null ? "" : $": {reason}");

    private static int StateColour(ResourceState state) => state switch
    {
        ResourceState.Running => 32,
        ResourceState.Failed or ResourceState.Unhealthy => 31,
        ResourceState.NotAvailable or ResourceState.Stopped => 90,
        _ => 33,
    };

    private static int PrefixColour(string name) => s_palette[name.Aggregate(0, (sum, c) => ((sum * 31) + c) & 0xFFFF) % s_palette.Length];

    private string Paint(int code, string text) => colour ? $"\u001b[{code}m{text}\u001b[0m" : text;

    private void Write(string text)
    {
        lock (_gate)
        {
            output.WriteLine(text);
        }
    }
}
