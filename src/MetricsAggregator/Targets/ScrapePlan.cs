using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>How the targets of one group are scraped, worked out once: client, limits, rules, credentials. Immutable but for the client's connections.</summary>
internal sealed class ScrapePlan : IDisposable
{
    private const int MaxSecretBytes = 64 * 1024;
    private readonly TargetHttp _http;
    private readonly string _timeoutText;

    public ScrapePlan(ScrapeSettings settings, AggregatorOptions above)
    {
        Settings = settings;
        Limits = settings.LimitsOver(above.Limits);
        Timeout = settings.TimeoutOver(above.TargetTimeout);
        MetricRules = new RelabelRules(settings.MetricRelabel);
        Filter = new PrefixFilter(settings.IncludePrefixes, settings.ExcludePrefixes);
        _http = new TargetHttp(settings);
        _timeoutText = Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
    }

    public ScrapeSettings Settings { get; }

    public ExpositionLimits Limits { get; }

    public TimeSpan Timeout { get; }

    public RelabelRules MetricRules { get; }

    public PrefixFilter Filter { get; }

    public HttpClient Client => _http.Client;

    /// <summary>Whether what is read needs no work but the target's labels, which are put on while it is read.</summary>
    public bool IsPlain => Settings.HonorTimestamps && MetricRules.Count == 0 && Filter.PassesAll;

    /// <summary>A request with the group's credentials.</summary>
    public async ValueTask<HttpRequestMessage> CreateRequestAsync(Uri url, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = await AuthorizationAsync(url, cancellationToken);
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", _timeoutText);
        return request;
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<AuthenticationHeaderValue?> AuthorizationAsync(Uri url, CancellationToken cancellationToken)
    {
        if (Settings.BearerToken.Reveal() is { } token)
        {
            return new("Bearer", token);
        }

        if (Settings.BearerTokenFile.Length > 0)
        {
            return new("Bearer", await ReadSecretAsync(Settings.BearerTokenFile, cancellationToken));
        }

        if (Settings.Username.Length > 0)
        {
            var password = Settings.PasswordFile.Length > 0 ? await ReadSecretAsync(Settings.PasswordFile, cancellationToken) : Settings.Password.Reveal();
            return Basic($"{Settings.Username}:{password}");
        }

        return url.UserInfo.Length > 0 ? Basic(Uri.UnescapeDataString(url.UserInfo)) : null;
    }

    private static AuthenticationHeaderValue Basic(string pair) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    /// <summary>Read with every request: such files are replaced while the service runs.</summary>
    private static async ValueTask<string> ReadSecretAsync(string file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file).Length > MaxSecretBytes)
        {
            throw new InvalidDataException($"'{file}' is too long for a credential");
        }

        var text = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        return text.Length > 0 && !text.AsSpan().ContainsAnyInRange('\0', ' ') ? text : throw new InvalidDataException($"'{file}' holds no credential");
    }
}
