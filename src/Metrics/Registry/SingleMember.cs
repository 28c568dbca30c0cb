using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>A family without variable labels.</summary>
internal sealed class SingleMember(Metric metric) : IFamilyMembers
{
    public void Fill(MetricSnapshot destination) => metric.Fill(destination);
}
