using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DynamoAspire.MetricsBench.Load;

/// <summary>
/// HTTP targets as cheap as can be: one thread of sockets that answer any request with a body whose values change with every answer. Runs in a process of its own, so that its time is not
/// the service's.
/// </summary>
internal static class TargetFarm
{
    /// <summary>Serves until standard input ends; prints the ports.</summary>
    public static async Task<int> RunAsync(int targets, int samples)
    {
        var listeners = Enumerable.Range(0, targets).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        Console.WriteLine(string.Join(' ', listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture))));
        for (var i = 0; i < targets; i++)
        {
            _ = AcceptAsync(listeners[i], new Body(i, samples));
        }

        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }

    private static async Task AcceptAsync(TcpListener listener, Body body)
    {
        while (true)
        {
            _ = ServeAsync(await listener.AcceptSocketAsync(), body);
        }
    }

    private static async Task ServeAsync(Socket socket, Body body)
    {
        var request = new byte[16 * 1024];
        var length = 0;
        using (socket)
        {
            while (await socket.ReceiveAsync(request.AsMemory(length)) is > 0 and var read)
            {
                length += read;
                if (request.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                {
                    length = 0;
                    await socket.SendAsync(body.Next());
                }
            }
        }
    }

    /// <summary>A vLLM-shaped body: histograms of 22 buckets, gauges, counters; each answer has other values of the same width.</summary>
    private sealed class Body
    {
        private readonly byte[] _bytes;
        private readonly List<int> _values = [];
        private long _count;

        public Body(int target, int samples)
        {
            var text = new StringBuilder();
            var count = 0;
            for (var family = 0; count < samples; family++)
            {
                var labels = string.Create(CultureInfo.InvariantCulture, $"engine=\"{target % 8}\",model_name=\"meta-llama/Llama-3.1-8B-Instruct\"");
                if (family % 3 == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"# HELP vllm:histogram_{family}_seconds Histogram of something in seconds.\n# TYPE vllm:histogram_{family}_seconds histogram\n");
                    for (var bucket = 0; bucket < 22 && count < samples - 2; bucket++, count++)
                    {
                        Line(text, string.Create(CultureInfo.InvariantCulture, $"vllm:histogram_{family}_seconds_bucket{{{labels},le=\"{(bucket == 21 ? "+Inf" : (0.001 * (1 << bucket)).ToString("R", CultureInfo.InvariantCulture))}\"}}"));
                    }

                    Line(text, string.Create(CultureInfo.InvariantCulture, $"vllm:histogram_{family}_seconds_count{{{labels}}}"));
                    Line(text, string.Create(CultureInfo.InvariantCulture, $"vllm:histogram_{family}_seconds_sum{{{labels}}}"));
                    count += 2;
                }
                else
                {
                    var (name, type) = family % 3 == 1 ? ($"vllm:gauge_{family}", "gauge") : ($"vllm:counter_{family}_total", "counter");
                    text.Append(CultureInfo.InvariantCulture, $"# HELP {name} Something that is measured.\n# TYPE {name} {type}\n");
                    Line(text, string.Create(CultureInfo.InvariantCulture, $"{name}{{{labels}}}"));
                    count++;
                }
            }

            var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {text.Length}\r\n\r\n");
            _bytes = Encoding.ASCII.GetBytes(head + text);
            for (var i = 0; i < _values.Count; i++)
            {
                _values[i] += head.Length;
            }
        }

        public ReadOnlyMemory<byte> Next()
        {
            _count++;
            foreach (var at in _values)
            {
                (_count + at).TryFormat(_bytes.AsSpan(at), out _, "D9", CultureInfo.InvariantCulture);
            }

            return _bytes;
        }

        private void Line(StringBuilder text, string series)
        {
            text.Append(series).Append(' ');
            _values.Add(text.Length);
            text.Append("000000000.0\n");
        }
    }
}
