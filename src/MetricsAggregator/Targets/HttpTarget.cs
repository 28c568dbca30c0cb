using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>A metrics page.</summary>
internal sealed class HttpTarget : Target
{
    public const string SourceKind = "scrape";

    private readonly TargetContext _context;
    private readonly TargetDefinition _definition;
    private readonly ScrapePlan _plan;
    private readonly ExpositionLoader _loader;
    private readonly SeriesRewriter? _rewriter;
    private readonly MetricSnapshot? _raw;
    private readonly long[] _skippedBefore = new long[ExpositionErrorReasons.All.Count + 1];
    private long _releasedBefore;
    private int _lastLength = 48 * 1024;

    public HttpTarget(TargetContext context, TargetDefinition definition, ScrapePlan plan)
        : base(context, definition.Name, definition.Job, SourceKind, Shown(definition.Url), new MergeSource($"scrape of {definition.Name}", definition.Name))
    {
        _context = context;
        _definition = definition;
        _plan = plan;

        // Labels are put on while a series is read for the first time; everything else is done to what was read.
        var plain = plan.IsPlain;
        _loader = new ExpositionLoader(new ExpositionLoaderOptions
        {
            Labels = plain ? definition.Labels : [],
            HonorLabels = plan.Settings.HonorLabels,

            // Those of labels hold for what the rules make of a series, which may drop the labels that are too many.
            Limits = plain ? plan.Limits : plan.Limits with { Labels = 0, LabelNameLength = 0, LabelValueLength = 0 },
        });
        if (!plain)
        {
            _raw = new MetricSnapshot();
            _rewriter = new SeriesRewriter(definition.Labels, plan.MetricRules, plan.Settings.HonorLabels, plan.Settings.HonorTimestamps, plan.Limits);
        }
    }

    public TargetDefinition Definition => _definition;

    /// <summary>Set while there are more targets in the group than allowed: it then fails without being asked.</summary>
    public bool IsOverTargetLimit { get; set; }

    public override IReadOnlyList<(string Name, string Value)> Labels => _definition.Labels;

    public override IReadOnlyList<(string Name, string Value)> DiscoveredLabels => _definition.Discovered;

    public override TimeSpan Interval => _plan.Settings.Interval;

    public override TimeSpan Timeout => _plan.Timeout;

    protected override async Task<TargetResult> TryCollectAsync()
    {
        if (IsOverTargetLimit)
        {
            Meters.LimitExceeded("target_limit");
            return new TargetResult(false, "target_limit", "its group has more targets than target_limit");
        }

        using var limit = new CancellationTokenSource(Timeout);
        try
        {
            return await ScrapeAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new TargetResult(false, "timeout", $"no complete answer within {Timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException e)
        {
            return Explain(e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new TargetResult(false, "read", e.Message);
        }
    }

    private static TargetResult Explain(HttpRequestException e) => e.InnerException switch
    {
        RefusedAddressException refused => new TargetResult(false, "refused_address", refused.Message),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new TargetResult(false, "connect", "nobody listens there; is the engine up?"),
        AuthenticationException tls => new TargetResult(false, "tls", tls.InnerException?.Message ?? tls.Message),
        _ => new TargetResult(false, e.HttpRequestError == HttpRequestError.SecureConnectionError ? "tls" : "connect", e.Message),
    };

    private async Task<TargetResult> ScrapeAsync(CancellationToken cancellationToken)
    {
        using var request = await _plan.CreateRequestAsync(_definition.Url, cancellationToken);
        using var response = await _plan.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return new TargetResult(false, "http_status", $"answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        if (response.Content.Headers.ContentType?.MediaType is "text/html")
        {
            return new TargetResult(false, "content_type", "answered a page for people (text/html); is the path that of its metrics?");
        }

        using var turn = await _context.WaitToReadAsync(cancellationToken);
        // A page that names no format we know is read as the oldest, as Prometheus does.
        var format = ExpositionContentType.TryParse(response.Content.Headers.ContentType?.ToString(), out var named) ? named : ExpositionFormat.Text;

        // What it said last time is the best guess: one buffer, not one after another that doubles.
        var guess = Math.Max(response.Content.Headers.ContentLength ?? 0, _lastLength) + 1024;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(guess, 16 * 1024), Math.Min(_plan.Limits.BodySize + 1, 8 * 1024 * 1024)));
        try
        {
            var length = 0;
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    _lastLength = length;
                    return Load(buffer.AsSpan(0, length), format);
                }

                length += read;
                if (length > _plan.Limits.BodySize)
                {
                    return Limited(ExpositionErrorReason.BodySizeLimit.Name(), length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TargetResult Load(ReadOnlySpan<byte> body, ExpositionFormat format)
    {
        var result = _loader.Load(body, format, _raw ?? Working);
        CountSkipped();
        if (_loader.ReleasedBytes != _releasedBefore)
        {
            _context.Released(_loader.ReleasedBytes - _releasedBefore);
            _releasedBefore = _loader.ReleasedBytes;
        }

        if (!result.Succeeded)
        {
            return Limited(result.Error.Reason.Name(), body.Length);
        }

        // A line that is wrong loses itself only; where nothing else was there, this is no metrics page.
        if (result is { Samples: 0, SkippedLines: > 0 })
        {
            return new TargetResult(false, "no_exposition", $"nothing in its answer is a sample; {result.Error}") { Bytes = body.Length };
        }

        if (_rewriter is not null)
        {
            var breach = _rewriter.Rewrite(_raw!, Working, _plan.Filter);
            if (breach != ExpositionErrorReason.None)
            {
                return Limited(breach.Name(), body.Length);
            }

            Working.NoteRepeats(_raw!);
            _raw!.Clear();
        }

        return new TargetResult(true, Detail: result.SkippedLines == 0 ? "" : $"{result.SkippedLines} lines left out; {result.Error}")
        {
            Samples = result.Samples,
            Kept = Working.SampleCount,
            Bytes = body.Length,
        };
    }

    private void CountSkipped()
    {
        foreach (var reason in ExpositionErrorReasons.All)
        {
            var total = _loader.SkippedTotal(reason);
            if (total > _skippedBefore[(int)reason] && !reason.IsLimit())
            {
                Meters.Skipped(reason.Name(), total - _skippedBefore[(int)reason]);
            }

            _skippedBefore[(int)reason] = total;
        }
    }

    private TargetResult Limited(string limit, int bytes)
    {
        Meters.LimitExceeded(limit);
        return new TargetResult(false, limit, $"its answer is beyond {limit}") { Bytes = bytes };
    }

    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
