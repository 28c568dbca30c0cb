using System.Globalization;
using DynamoAspire.Engines;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.EngineSimulator.Metering;

/// <summary>
/// Registers an engine's metric families under vLLM's names, help texts and labels, in memory and, where the engine has a multiprocess
/// directory, in its files. Gauges there have the mode mostrecent, as vLLM's have.
/// </summary>
internal sealed class VllmFamilies
{
    private const string EngineLabel = "engine";

    private readonly MultiprocessWriter? _files;
    private readonly string _model;

    public VllmFamilies(Engine engine, MultiprocessWriter? files)
    {
        _files = files;
        _model = engine.Identity.Model;
        Registry = new MetricRegistry("vllm");
    }

    public MetricRegistry Registry { get; }

    public Func<int, CounterPair> Counter(string name, string help)
    {
        var memory = Registry.CounterVector(name + "_total", help, EngineIdentity.ModelNameLabel, EngineLabel);
        var file = _files?.Counter(name, help, EngineIdentity.ModelNameLabel, EngineLabel);
        return rank => new CounterPair(memory.With(_model, Rank(rank)), file?.With(_model, Rank(rank)));
    }

    public Func<int, string, CounterPair> Counter(string name, string help, string label)
    {
        var memory = Registry.CounterVector(name + "_total", help, EngineIdentity.ModelNameLabel, EngineLabel, label);
        var file = _files?.Counter(name, help, EngineIdentity.ModelNameLabel, EngineLabel, label);
        return (rank, value) => new CounterPair(memory.With(_model, Rank(rank), value), file?.With(_model, Rank(rank), value));
    }

    public Func<int, GaugePair> Gauge(string name, string help)
    {
        var memory = Registry.GaugeVector(name, help, EngineIdentity.ModelNameLabel, EngineLabel);
        var file = _files?.Gauge(name, help, GaugeMode.MostRecent, EngineIdentity.ModelNameLabel, EngineLabel);
        return rank => new GaugePair(memory.With(_model, Rank(rank)), file?.With(_model, Rank(rank)));
    }

    public Func<int, string, GaugePair> Gauge(string name, string help, string label)
    {
        var memory = Registry.GaugeVector(name, help, EngineIdentity.ModelNameLabel, EngineLabel, label);
        var file = _files?.Gauge(name, help, GaugeMode.MostRecent, EngineIdentity.ModelNameLabel, EngineLabel, label);
        return (rank, value) => new GaugePair(memory.With(_model, Rank(rank), value), file?.With(_model, Rank(rank), value));
    }

    public Func<int, HistogramPair> Histogram(string name, string help, IReadOnlyList<double> buckets)
    {
        var memory = Registry.HistogramVector(name, help, buckets, EngineIdentity.ModelNameLabel, EngineLabel);
        var file = _files?.Histogram(name, help, buckets, EngineIdentity.ModelNameLabel, EngineLabel);
        return rank => new HistogramPair(memory.With(_model, Rank(rank)), file?.With(_model, Rank(rank)));
    }

    /// <summary>A constant 1 per rank with the engine's own set of labels.</summary>
    public void Info(string name, string help, IEnumerable<int> ranks, params (string Name, string Value)[] facts)
    {
        string[] names = [EngineLabel, .. facts.Select(f => f.Name)];
        var memory = Registry.GaugeVector(name, help, names);
        var file = _files?.Gauge(name, help, GaugeMode.MostRecent, names);
        foreach (var rank in ranks)
        {
            string[] values = [Rank(rank), .. facts.Select(f => f.Value)];
            new GaugePair(memory.With(values), file?.With(values)).Set(1);
        }
    }

    private static string Rank(int rank) => rank.ToString(CultureInfo.InvariantCulture);
}
