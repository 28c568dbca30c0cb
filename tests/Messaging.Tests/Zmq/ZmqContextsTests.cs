using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.Messaging.Tests.Zmq;

public sealed class ZmqContextsTests
{
    [Fact]
    public void Create_WithAnUnknownAdapter_NamesThoseThatThereAre()
    {
        var error = Assert.Throws<ZmqException>(() => ZmqContexts.Create("zeromq"));
        Assert.Equal(ZmqError.NotSupported, error.Error);
        Assert.Contains("libzmq", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingLibrary_IsNamedWithTheWayToInstallIt()
    {
        var error = ZmqContexts.LibraryMissing();
        Assert.Equal(ZmqError.LibraryMissing, error.Error);
        Assert.Contains("apt-get install libzmq5", error.Message, StringComparison.Ordinal);
        Assert.Contains("./run.sh", error.Message, StringComparison.Ordinal);
        Assert.Contains("DYNAMO_ASPIRE_LIBZMQ", error.Message, StringComparison.Ordinal);
    }
}
