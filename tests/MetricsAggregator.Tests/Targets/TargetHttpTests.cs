using System.Net;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Tests.Targets;

public sealed class TargetHttpTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.1.1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.253.0.1", false)]
    [InlineData("::1", false)]
    public void IsRefused_LinkLocal_IsAndNothingElse(string address, bool refused) => Assert.Equal(refused, TargetHttp.IsRefused(IPAddress.Parse(address)));

    [Fact]
    public async Task Client_LinkLocalAddress_IsRefusedWithoutConnecting()
    {
        using var http = new TargetHttp();

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetAsync(new Uri("http://169.254.169.254/latest")));

        Assert.IsType<RefusedAddressException>(refused.InnerException);
    }
}
