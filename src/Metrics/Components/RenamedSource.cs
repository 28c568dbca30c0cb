using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registration;

namespace DynamoAspire.Metrics.Components;

/// <summary>The families of another source whose names begin with a prefix, with another prefix in its place. Thread-safe.</summary>
internal sealed class RenamedSource(IMetricSource source, string prefix, string newPrefix) : IMetricSource
{
    private readonly FamilyRewriter _rewriter = new(new FamilyNameFilter([prefix], [], []), newPrefix, replaceMatchedPrefix: true, []);
    private readonly MetricSnapshot _read = new();
    private readonly Lock _gate = new();

    public void Collect(MetricSnapshot destination)
    {
        lock (_gate)
        {
            source.Collect(_read);
            _rewriter.Rewrite(_read, destination);
            _read.Clear();
        }
    }
}
