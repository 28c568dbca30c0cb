using DynamoAspire.Engines.Addresses;

namespace DynamoAspire.Engines.Tests.Addresses;

public class ZmqAddressTests
{
    // vLLM's own rule: tcp adds the rank to the port, inproc a suffix, rank 0 is the address as it is.
    [Theory]
    [InlineData("tcp://127.0.0.1:5557", 0, "tcp://127.0.0.1:5557")]
    [InlineData("tcp://*:5557", 3, "tcp://*:5560")]
    [InlineData("tcp://[::1]:5557", 1, "tcp://[::1]:5558")]
    [InlineData("inproc://cache", 2, "inproc://cache_dp2")]
    [InlineData("ipc:///tmp/x", 0, "ipc:///tmp/x")]
    public void ForRank_EachScheme_FollowsTheEngine(string address, int rank, string expected) =>
        Assert.Equal(expected, Parse(address).ForRank(rank).ToString());

    [Theory]
    [InlineData("ipc:///tmp/x", 1)]
    [InlineData("tcp://h:65535", 1)]
    public void ForRank_NoPlaceForTheRank_Throws(string address, int rank) =>
        Assert.Throws<InvalidOperationException>(() => Parse(address).ForRank(rank));

    [Theory]
    [InlineData("tcp://*:1", "tcp://127.0.0.1:1")]
    [InlineData("tcp://0.0.0.0:1", "tcp://127.0.0.1:1")]
    [InlineData("tcp://[::]:1", "tcp://[::1]:1")]
    [InlineData("tcp://10.0.0.7:1", "tcp://10.0.0.7:1")]
    public void ForConnect_Wildcard_BecomesLoopback(string address, string expected) =>
        Assert.Equal(expected, Parse(address).ForConnect().ToString());

    [Theory]
    [InlineData("tcp://localhost:1", "tcp://127.0.0.1:1")]
    [InlineData("tcp://*:1", "tcp://*:1")]
    public void ForBind_Localhost_BecomesAnAddress(string address, string expected) =>
        Assert.Equal(expected, Parse(address).ForBind().ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5557")]
    [InlineData("http://h:1")]
    [InlineData("tcp://h")]
    [InlineData("tcp://:5557")]
    [InlineData("tcp://h:0")]
    [InlineData("tcp://h:65536")]
    [InlineData("tcp://h:+1")]
    [InlineData("tcp://a b:1")]
    [InlineData("tcp://[::1:1")]
    [InlineData("tcp://::1:1")]
    [InlineData("ipc://")]
    public void TryParse_NotAnAddress_SaysWhatToWrite(string? text)
    {
        Assert.False(ZmqAddress.TryParse(text, out _, out var problem));
        Assert.Matches("write tcp://|use 1 to 65535", problem);
    }

    private static ZmqAddress Parse(string text) => ZmqAddress.TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);
}
