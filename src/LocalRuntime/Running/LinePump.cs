using System.Text;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Reads a child's output line by line. A line over the limit is cut there, so that a child cannot fill this process's memory.</summary>
internal static class LinePump
{
    private const int MaximumLength = 16 * 1024;

    public static async Task RunAsync(StreamReader reader, Action<string> receive)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        var cut = false;
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            var rest = buffer.AsMemory(0, count);
            while (!rest.IsEmpty)
            {
                var end = rest.Span.IndexOf('\n');
                var part = end < 0 ? rest : rest[..end];
                var room = MaximumLength - line.Length;
                line.Append(part.Span[..Math.Min(room, part.Length)]);
                cut |= part.Length > room;
                if (end < 0)
                {
                    break;
                }

                Emit();
                rest = rest[(end + 1)..];
            }
        }

        if (line.Length > 0)
        {
            Emit();
        }

        void Emit()
        {
            var text = line.ToString().TrimEnd('\r');
            receive(cut ? text + " …" : text);
            line.Clear();
            cut = false;
        }
    }
}
