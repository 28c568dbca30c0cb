using DynamoAspire.Testing;

namespace DynamoAspire.ServiceDefaults.Tests;

/// <summary>A change of what the library offers is seen in review.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheAssembly_IsTheOneCommitted() => PublicApi.Verify(typeof(DynamoAspire.ServiceDefaults.ServiceDescription).Assembly, "ServiceDefaults");
}
