using System.Globalization;
using System.Text.Json;

namespace DynamoAspire.KvBench.Traces;

/// <summary>Requests as lists of block ids: read from JSON lines with <c>hash_ids</c> (the public Mooncake traces), or generated in their shape.</summary>
internal sealed record Trace(string Name, List<int[]> Requests)
{
    public static Trace Read(string path)
    {
        var requests = new List<int[]>();
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0))
        {
            using var json = JsonDocument.Parse(line);
            requests.Add([.. json.RootElement.GetProperty("hash_ids").EnumerateArray().Select(i => i.GetInt32())]);
        }

        return new Trace(Path.GetFileName(path), requests);
    }

    /// <summary>
    /// Conversations that share one system block and go on by a few blocks a turn, lengths spread over two orders of magnitude: what the
    /// public conversation trace looks like.
    /// </summary>
    public static Trace Generate(int requests, int seed)
    {
        var random = new Random(seed);
        var conversations = new List<List<int>>();
        var made = new List<int[]>(requests);
        var next = 1;
        while (made.Count < requests)
        {
            if (conversations.Count == 0 || random.NextDouble() < 0.45)
            {
                conversations.Add([0]);
            }

            var conversation = random.NextDouble() < 0.5 ? conversations[^1] : conversations[random.Next(Math.Max(0, conversations.Count - 400), conversations.Count)];
            for (var blocks = (int)Math.Exp(random.NextDouble() * Math.Log(60)); blocks > 0 && conversation.Count < 250; blocks--)
            {
                conversation.Add(next++);
            }

            made.Add([.. conversation]);
        }

        return new Trace(string.Create(CultureInfo.InvariantCulture, $"generated ({requests} requests)"), made);
    }
}
