using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.MetricsAggregator.Tests.Otlp;

/// <summary>An OTLP receiver on a real socket; over HTTP, or over gRPC as far as one unary call needs it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public int Calls => Volatile.Read(ref _calls);

    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, byte[] Body)> Requests { get; } = new();

    /// <summary>Status of the n-th answer, from 1.</summary>
    public Func<int, int> Status { get; set; } = _ => 200;

    public string? RetryAfter { get; set; }

    public byte[] Answer { get; set; } = [];

    public static async Task<OtlpReceiver> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(context => receiver.TakeAsync(context, grpc));
        await app.StartAsync();
        return receiver;
    }

    /// <summary>All points of the requests taken so far from a position on.</summary>
    public OtlpPoints Points(int skip = 0)
    {
        var points = new OtlpPoints();
        foreach (var (_, _, body) in Requests.Skip(skip))
        {
            points.Add(body);
        }

        return points;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, bool grpc)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var status = Status(Interlocked.Increment(ref _calls));
        if (grpc)
        {
            Assert.Equal("application/grpc", context.Request.ContentType);
            Assert.Equal(bytes.Length - 5, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
            Requests.Enqueue((context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)), bytes[0] == 1 ? Unpack(bytes[5..]) : bytes[5..]));
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, 0]);
            context.Response.AppendTrailer("grpc-status", status == 200 ? "0" : "14");
            return;
        }

        context.Response.StatusCode = status;
        if (RetryAfter is not null)
        {
            context.Response.Headers.RetryAfter = RetryAfter;
        }

        if (status == 200)
        {
            Assert.Equal("application/x-protobuf", context.Request.ContentType);
            Requests.Enqueue((context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)), context.Request.Headers.ContentEncoding == "gzip" ? Unpack(bytes) : bytes));
            await context.Response.Body.WriteAsync(Answer);
        }
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
