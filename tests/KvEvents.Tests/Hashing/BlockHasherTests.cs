using DynamoAspire.KvEvents.Hashing;

namespace DynamoAspire.KvEvents.Tests.Hashing;

public sealed class BlockHasherTests
{
    private static uint[] Tokens(int first, int count) => [.. Enumerable.Range(first, count).Select(i => (uint)i)];

    [Theory]
    [InlineData(1, 4, 14643705804678351452UL)]
    [InlineData(5, 4, 16777012769546811212UL)]
    [InlineData(9, 4, 483935686894639516UL)]
    [InlineData(0, 4, 9143094415614847814UL)]
    [InlineData(0, 16, 15310707395893867146UL)]
    [InlineData(16, 16, 15292316782987903195UL)]
    [InlineData(32, 16, 5532946206955930018UL)]
    [InlineData(0, 32, 5756925433886871916UL)]
    [InlineData(0, 64, 3480597578098033343UL)]
    [InlineData(64, 64, 3318286205056455972UL)]
    [InlineData(0, 128, 9509643624113304476UL)]
    [InlineData(0, 256, 13509048708924160886UL)]
    [InlineData(0, 512, 9967019188267418660UL)]
    public void TokensHash_ConsecutiveTokens_GivesThePublishedValue(int first, int count, ulong expected) =>
        Assert.Equal(expected, BlockHasher.TokensHash(Tokens(first, count)));

    [Fact]
    public void TokensHash_OtherTokens_GivesThePublishedValue()
    {
        Assert.Equal(16324159493528209483UL, BlockHasher.TokensHash([10, 20, 30, 40]));
        Assert.Equal(13518392937921988335UL, BlockHasher.TokensHash(Enumerable.Repeat(1u, 16).ToArray()));
    }

    [Fact]
    public void TokensHash_WithMedia_SortsThem()
    {
        Assert.Equal(14000361058806882387UL, BlockHasher.TokensHash([1, 2, 3, 4], [42]));
        Assert.Equal(6295130183325757331UL, BlockHasher.TokensHash([1, 2, 3, 4], [42, 7]));
        Assert.Equal(6295130183325757331UL, BlockHasher.TokensHash([1, 2, 3, 4], [7, 42]));
        Assert.Equal(17296075943456101971UL, BlockHasher.TokensHash(Tokens(0, 16), [42]));
    }

    [Fact]
    public void TokensHash_LargerThanTheStackBuffer_IsTheSameFunction()
    {
        var tokens = Tokens(0, 600);
        var bytes = tokens.SelectMany(BitConverter.GetBytes).Concat(BitConverter.GetBytes(9UL)).ToArray();
        Assert.Equal(XxHash3.Hash64(bytes, BlockHasher.Seed), BlockHasher.TokensHash(tokens, [9]));
    }

    [Fact]
    public void SequenceHashes_ChainOfBlocks_GivesThePublishedValues()
    {
        AssertChain(4, 12, 1, 14643705804678351452, 4945711292740353085, 12583592247330656132);
        AssertChain(16, 48, 0, 15310707395893867146, 13769157705258532664, 11879827756109914528);
        AssertChain(64, 128, 0, 3480597578098033343, 2575318956255022795);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(32)]
    [InlineData(64)]
    public void TokensHashes_PartialBlock_IsDropped(int blockSize)
    {
        Span<ulong> hashes = stackalloc ulong[4];
        Assert.Equal(0, BlockHasher.TokensHashes(Tokens(0, blockSize - 1), blockSize, hashes));
        Assert.Equal(1, BlockHasher.TokensHashes(Tokens(0, blockSize), blockSize, hashes));
        Assert.Equal(1, BlockHasher.TokensHashes(Tokens(0, blockSize + 1), blockSize, hashes));
        Assert.Equal(2, BlockHasher.TokensHashes(Tokens(0, (2 * blockSize) + 1), blockSize, hashes));
    }

    private static void AssertChain(int blockSize, int tokens, int first, params ulong[] expected)
    {
        var hashes = new ulong[expected.Length];
        Assert.Equal(expected.Length, BlockHasher.TokensHashes(Tokens(first, tokens), blockSize, hashes));
        var chain = new ulong[expected.Length];
        BlockHasher.SequenceHashes(hashes, chain);
        Assert.Equal(expected, chain);
    }
}
