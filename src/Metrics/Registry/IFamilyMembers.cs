using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>The handles registered under one name in one registry.</summary>
internal interface IFamilyMembers
{
    void Fill(MetricSnapshot destination);
}
