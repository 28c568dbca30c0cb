using DynamoAspire.Engines.Configuration;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.MetricsAggregator.Tests.Options;

/// <summary>What the service refuses to start with: always everything at once, and never with a secret in it.</summary>
public sealed class OptionsTests
{
    /// <summary>Each a key, and a value that it cannot have.</summary>
    private static readonly (string Key, string Value)[] s_refused =
    [
        ("TargetTimeout", "1ms"),
        ("MaxConcurrentTargets", "0"),
        ("BodySizeLimit", "12"),
        ("SampleLimit", "0"),
        ("LabelLimit", "0"),
        ("LabelNameLengthLimit", "0"),
        ("LabelValueLengthLimit", "0"),
        ("LoadNamespaces:0", "a b"),
        ("LoadHeartbeat", "0s"),
        ("LoadMissedHeartbeats", "0"),
        ("MaxLoadRanks", "0"),
        ("MaxSeries", "0"),
        ("Aliases", "2"),
        ("EmptyDirectoryAfter", "2d"),
        ("Push", "maybe"),
        ("PushExpiry", "30d"),
        ("PushBodyLimit", "1"),
        ("MaxPushedJobs", "0"),
        ("Otlp", "maybe"),
        ("EngineScrape:Interval", "-1s"),
        ("EngineScrape:Timeout", "1ms"),
        ("EngineScrape:AllowedNetworks:0", "10.0.0.0/99"),
        ("EngineScrape:SampleLimit", "0"),
        ("EngineScrape:Username", "a:b"),
        ("EngineScrape:Tls:CaFile", "/nowhere/ca.pem"),
        ("Scrapes:0:MetricRelabel:0:Regex", "(unclosed"),
        ("Scrapes:0:Urls:0", "file:///etc/passwd"),
        ("Scrapes:0:HttpSd:0", "nonsense"),
        ("Scrapes:0:RefreshInterval", "1ms"),
        ("Scrapes:0:TargetLimit", "0"),
        ("Scrapes:0:MetricsPath", "metrics"),
        ("Scrapes:0:Scheme", "ftp"),
        ("Scrapes:0:Labels:le", "x"),
        ("Scrapes:0:BearerTokenFile", "/nowhere/token"),
        ("Scrapes:0:Password", "s3cret-a"),
        ("Scrapes:0:Tls:CertFile", "/nowhere/cert.pem"),
        ("Scrapes:0:LabelLimit", "0"),
        ("Scrapes:0:LabelNameLengthLimit", "0"),
        ("Scrapes:0:LabelValueLengthLimit", "0"),
        ("Scrapes:0:BodySizeLimit", "0"),
        ("Scrapes:0:Relabel:0:Regex", "a(?=b)"),
        ("Directories:0:Path", ""),
        ("Directories:0:Labels:le", "x"),
        ("GaugeModes:0:Mode", "Average"),
        ("GaugeModes:0:Family", ""),
        ("GaugeModes:1:Directory", "nobody"),
        ("Reaper:Enabled", "maybe"),
        ("Reaper:DryRun", "maybe"),
        ("Reaper:Interval", "1ms"),
        ("Reaper:MinimumAge", "1s"),
        ("Reaper:MaxFiles", "0"),
        ("Reaper:Directories:0", "nobody"),
        ("Reaper:ByAge:0", "nobody"),
        ("Reaper:SharedProcessIds:0", "elsewhere"),
        ("Reaper:ByAges", "x"),
        ("Scrapes:1:Nmae", "x"),
    ];

    [Fact]
    public void Options_EveryKeyWrong_AllAreNamedAtOnce()
    {
        var problems = Refused(s_refused);

        // What is missing elsewhere because of a value is named where it is missing.
        var expected = s_refused.Select(r => r.Key switch
        {
            "Scrapes:0:Password" => "Aggregator:Scrapes:0:Username",
            _ => "Aggregator:" + r.Key,
        });
        Assert.Empty(expected.Except(problems.Select(p => p.Key)));
        Assert.All(problems, p => Assert.DoesNotContain("s3cret", p.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_EachKeyWrongAlone_IsRefusedForThatKey()
    {
        foreach (var (key, value) in s_refused.Where(r => r.Key.StartsWith("Reaper", StringComparison.Ordinal) || r.Key.StartsWith("EngineScrape", StringComparison.Ordinal)))
        {
            var problem = Assert.Single(Refused((key, value)));
            Assert.Equal("Aggregator:" + key, problem.Key);
        }
    }

    [Fact]
    public void Options_SecretsBesideProblems_AreNotPrinted()
    {
        var problems = Refused(
            ("Scrapes:0:Name", "g"),
            ("Scrapes:0:Urls:0", "ftp://user:s3cret-1@host/metrics"),
            ("Scrapes:0:HttpSd:0", "gopher://user:s3cret-2@host/list"),
            ("Scrapes:0:BearerToken", "s3cret-3"),
            ("Scrapes:0:BearerTokenFile", "/nowhere"),
            ("Scrapes:0:Password", "s3cret-4"),
            ("Scrapes:0:PasswordFile", "/nowhere"),
            ("EngineScrape:BearerToken", "s3cret-5"),
            ("EngineScrape:Username", "u"));

        Assert.Superset(
            new HashSet<string>
            {
                "Aggregator:Scrapes:0:Urls:0", "Aggregator:Scrapes:0:HttpSd:0", "Aggregator:Scrapes:0:BearerTokenFile", "Aggregator:Scrapes:0:PasswordFile", "Aggregator:Scrapes:0:Username", "Aggregator:EngineScrape:Username",
            },
            problems.Select(p => p.Key).ToHashSet());
        Assert.All(problems, p => Assert.DoesNotContain("s3cret", p.ToString(), StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Message.Contains("ftp://***@host", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_DirectoryByProcessIdsAndByAge_IsRefused()
    {
        var problem = Assert.Single(Refused(
            ("Directories:0:Name", "d"),
            ("Directories:0:Path", "/tmp"),
            ("Reaper:ByAge:0", "d"),
            ("Reaper:SharedProcessIds:0", "d")));

        Assert.Equal("Aggregator:Reaper:SharedProcessIds", problem.Key);
    }

    [Fact]
    public void Options_OneGaugeTwice_IsRefused()
    {
        var problem = Assert.Single(Refused(("GaugeModes:0:Family", "g"), ("GaugeModes:0:Mode", "Sum"), ("GaugeModes:1:Family", "g"), ("GaugeModes:1:Mode", "Max")));

        Assert.Equal("Aggregator:GaugeModes:1:Family", problem.Key);
    }

    private static IReadOnlyList<ConfigurationProblem> Refused(params (string Key, string Value)[] settings)
    {
        string[] args = ["--urls=http://127.0.0.1:0", .. settings.Select(s => $"--Aggregator:{s.Key}={s.Value}")];
        return Assert.Throws<ConfigurationInvalidException>(() => ServiceHost.Build(args, AggregatorService.Description, AggregatorService.Add, AggregatorService.Map)).Problems;
    }
}
