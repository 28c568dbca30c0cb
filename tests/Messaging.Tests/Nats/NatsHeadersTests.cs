using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Tests.Nats;

public sealed class NatsHeadersTests
{
    [Fact]
    public void Add_TextAndUtf8_ReadBackAlike()
    {
        var headers = new NatsHeaders().Add("A", "ä").Add("B"u8, "2"u8).Add("A", "");

        Assert.Equal(3, headers.Count);
        Assert.Equal("ä", headers["A"]);
        Assert.Equal("2", headers["B"]);
        Assert.Null(headers["a"]);
        Assert.Equal(new KeyValuePair<string, string>("A", ""), headers[2]);
        Assert.True(headers.TryGetUtf8("B"u8, out var value) && value.SequenceEqual("2"u8));
        headers.Clear();
        Assert.Equal((0, 0), (headers.Count, headers.WireLength));
        Assert.Null(headers["A"]);
    }

    [Fact]
    public void WireLength_OfPairs_IsWhatTheServerCounts()
    {
        var text = "NATS/1.0\r\nFirst: 1\r\nSecond: zwei\r\n\r\n";
        Assert.Equal(text.Length, new NatsHeaders().Add("First", "1").Add("Second", "zwei").WireLength);
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("a:b", "v")]
    [InlineData("a b", "v")]
    [InlineData("ä", "v")]
    [InlineData("a", "v\r\nx: y")]
    [InlineData("a", "v\0")]
    public void Add_WhatWouldBreakTheWire_ThrowsAndAddsNothing(string name, string value)
    {
        var headers = new NatsHeaders().Add("ok", "1");

        Assert.Equal(NatsError.Invalid, Assert.Throws<NatsException>(() => headers.Add(name, value)).Error);
        Assert.Equal(1, headers.Count);
        Assert.Equal("1", headers["ok"]);
    }

    [Theory]
    [InlineData("NATS/1.0\r\nA: 1\r\nB:2\r\nC:\r\n\r\n", "A=1;B=2;C=")]
    [InlineData("NATS/1.0 503\r\n\r\n", "Status=503")]
    [InlineData("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\n\r\n", "Status=100;Description=Idle Heartbeat;Nats-Last-Consumer=3")]
    [InlineData("NATS/1.0\r\n\r\n", "")]
    [InlineData("NATS/1.0\r\nnonsense\r\n: x\r\nA: y", "A=y")]
    [InlineData("HTTP/1.1 200\r\nA: 1\r\n\r\n", "")]
    [InlineData("", "")]
    public void Block_OnTheWire_IsReadAsFarAsItMakesSense(string block, string expected)
    {
        var headers = new NatsHeaders();

        var any = NatsHeaderBlock.Read(System.Text.Encoding.UTF8.GetBytes(block), headers);

        Assert.Equal(expected, string.Join(';', Enumerable.Range(0, headers.Count).Select(i => headers[i].Key + "=" + headers[i].Value)));
        Assert.Equal(expected.Length > 0, any);
    }
}
