using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.Nats;

public sealed class NKeyTests
{
    // RFC 8032, 7.1: tests 1, 2 and 3.
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")]
    public void PublicKey_VectorsOfTheRfc_Match(string seed, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(NKey.PublicKey(Convert.FromHexString(seed))));

    [Theory]
    [InlineData("")]
    [InlineData("SU")]
    [InlineData("UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4")]
    [InlineData("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VX")]
    [InlineData("suacssl3uahudxkfsnvuzrf5uhpmwz6bfdtj7m6usdxiednppqyyycu3vy")]
    public void PublicFromSeed_NotASeed_ThrowsWithoutShowingIt(string text)
    {
        var error = Assert.Throws<NatsException>(() => NKey.PublicFromSeed(text));
        Assert.Equal(NatsError.Invalid, error.Error);
        Assert.True(text.Length < 3 || !error.Message.Contains(text, StringComparison.OrdinalIgnoreCase));
    }
}
