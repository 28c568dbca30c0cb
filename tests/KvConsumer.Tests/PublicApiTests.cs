using DynamoAspire.Testing;

namespace DynamoAspire.KvConsumer.Tests;

/// <summary>A change of what the library offers is seen in review.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheAssembly_IsTheOneCommitted() => PublicApi.Verify(typeof(DynamoAspire.KvConsumer.EventPlaneSource).Assembly, "KvConsumer");
}
