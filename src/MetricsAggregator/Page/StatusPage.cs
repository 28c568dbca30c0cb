using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.MetricsAggregator.Load;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Page;

/// <summary>
/// The page at <c>/</c>: where the metrics come from, and the state of each source. Plain HTML without scripts; nothing is loaded from anywhere and the policy in the
/// header allows nothing but its own style.
/// </summary>
internal sealed class StatusPage(TargetSet targets, CollectionCases cases, LoadTable load, SharedCollection collection, INatsConnection nats, TimeProvider time)
{
    private const string Style =
        """
        :root{color-scheme:light dark}
        body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #8884;vertical-align:top}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.k{white-space:nowrap}td.a{min-width:14rem}
        .up{color:light-dark(#1a7f37,#4ac26b)}.down{color:light-dark(#b3261e,#ff8a80)}.odd{color:light-dark(#8a5a00,#f0b429)}
        code{font-size:.9em;overflow-wrap:anywhere}
        """;

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);
    private static readonly string s_policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public void Map(WebApplication app) => app.MapGet("/", ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        // Before the first scrape there would be nothing to show.
        if (targets.All.Any(t => time.GetUtcNow() - t.Last.At > s_fresh + t.Interval))
        {
            await collection.CollectAsync(new MetricSnapshot(), context.RequestAborted, context.RequestAborted);
        }

        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = s_policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync(Render(), context.RequestAborted);
    }

    private string Render()
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Metrics aggregator</title><style>")
            .Append(Style).Append("</style></head><body><h1>Metrics aggregator</h1><p>Everything on one page for Prometheus: <a href=\"/metrics\">/metrics</a>. State: <a href=\"/health\">/health</a>.</p>");
        var all = targets.All.ToList();
        RenderTargets(html, all);
        RenderCases(html, all);
        RenderLoad(html);
        return html.Append("</body></html>").ToString();
    }

    private static void RenderTargets(StringBuilder html, List<Target> all)
    {
        html.Append("<h2>Sources</h2>");
        if (all.Count == 0)
        {
            html.Append("<p>There are no sources: no engine has a <code>MetricsUrl</code> or a <code>MultiprocDir</code>. Configure <code>Engines:0:Name</code> and <code>Engines:0:MetricsUrl</code>, or <code>Aggregator:Scrapes:0</code>.</p>");
            return;
        }

        html.Append("<table><thead><tr><th>Name</th><th>Source</th><th>State</th><th class=\"n\">Samples</th><th class=\"n\">Bytes</th><th class=\"n\">Time</th><th>Address</th></tr></thead><tbody>");
        foreach (var target in all)
        {
            var last = target.Last;
            html.Append("<tr><td>").Append(Text(target.Name)).Append("</td><td>").Append(target.Kind).Append("</td><td class=\"").Append(!last.Up ? "down\">down" : target is DirectoryTarget { IsEmptyTooLong: true } ? "odd\">up" : "up\">up")
                .Append(last.Detail.Length > 0 ? ": " + Text(last.Detail) : "")
                .Append(CultureInfo.InvariantCulture, $"</td><td class=\"n\">{last.Samples}</td><td class=\"n\">{last.Bytes}</td><td class=\"n\">{last.Duration.TotalMilliseconds:0.0} ms</td><td class=\"a\"><code>{Text(target.Address)}</code></td></tr>");
        }

        html.Append("</tbody></table>");
    }

    /// <summary>How the metrics of each engine are to be had.</summary>
    private void RenderCases(StringBuilder html, List<Target> all)
    {
        var known = all.Select(t => t.Name).Distinct(StringComparer.Ordinal).Where(n => cases.Of(n) is not null).ToList();
        if (known.Count == 0)
        {
            return;
        }

        html.Append("<h2>Multiprocess directories</h2><table><thead><tr><th>Name</th><th>Case</th><th>Meaning</th></tr></thead><tbody>");
        foreach (var name in known)
        {
            var found = cases.Of(name)!.Value;
            html.Append("<tr><td>").Append(Text(name)).Append("</td><td class=\"k\"><code>").Append(found.Name()).Append("</code></td><td>").Append(Text(found.Explain(all.OfType<DirectoryTarget>().FirstOrDefault(t => t.Name == name)?.Address))).Append("</td></tr>");
        }

        html.Append("</tbody></table>");
    }

    private void RenderLoad(StringBuilder html)
    {
        var connected = nats.State == NatsConnectionState.Connected;
        html.Append("<h2>Load events</h2><p>NATS: <span class=\"").Append(connected ? "up\">connected" : "down\">away; loads lapse until it is back").Append("</span></p>");
        var rows = load.Rows();
        if (rows.Count == 0)
        {
            html.Append("<p>No rank has reported its load.</p>");
            return;
        }

        html.Append("<table><thead><tr><th>Engine</th><th>Worker</th><th class=\"n\">Rank</th><th class=\"n\">Decode blocks</th><th class=\"n\">Prefill tokens</th><th class=\"n\">Heard</th></tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(row.Engine)}</td><td><code>{row.Worker}</code></td><td class=\"n\">{row.Rank}</td><td class=\"n\">{row.DecodeBlocks}</td><td class=\"n\">{row.PrefillTokens}</td><td class=\"n\">{row.Age.TotalSeconds:0.0} s ago</td></tr>");
        }

        html.Append("</tbody></table>");
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
