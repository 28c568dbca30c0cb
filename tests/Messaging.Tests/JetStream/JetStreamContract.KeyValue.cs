using System.Text;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <content>Key-value.</content>
public abstract partial class JetStreamContract
{
    [Fact]
    public async Task KeyValue_PutGetDelete_ReadsWhatWasWritten()
    {
        var bucket = await BucketAsync(await JetStreamAsync());

        Assert.Null(await bucket.GetAsync("lane.1"));
        var first = await bucket.PutAsync("lane.1", "a"u8.ToArray());
        var second = await bucket.PutAsync("lane.1", "b"u8.ToArray());
        await bucket.PutAsync("lane/2", default);

        var entry = (await bucket.GetAsync("lane.1"))!;
        Assert.Equal(("lane.1", "b", second), (entry.Key, Encoding.UTF8.GetString(entry.Value.Span), entry.Revision));
        Assert.True(second > first);
        Assert.Equal(0, (await bucket.GetAsync("lane/2"))!.Value.Length);
        Assert.Equal(["lane.1", "lane/2"], await bucket.KeysAsync());

        Assert.True(await bucket.DeleteAsync("lane.1"));
        Assert.Null(await bucket.GetAsync("lane.1"));
        Assert.Equal(["lane/2"], await bucket.KeysAsync());
        await bucket.PurgeAsync("lane/2");
        Assert.Null(await bucket.GetAsync("lane/2"));
        Assert.Empty(await bucket.KeysAsync());
    }

    [Fact]
    public async Task KeyValue_CreateAndUpdate_TakeOnlyTheExpectedRevision()
    {
        var bucket = await BucketAsync(await JetStreamAsync());

        var created = (await bucket.CreateAsync("k", "1"u8.ToArray()))!.Value;
        Assert.Null(await bucket.CreateAsync("k", "2"u8.ToArray()));
        Assert.Null(await bucket.UpdateAsync("k", "3"u8.ToArray(), created + 7));
        Assert.False(await bucket.DeleteAsync("k", created + 7));
        Assert.Equal("1", Encoding.UTF8.GetString((await bucket.GetAsync("k"))!.Value.Span));

        var updated = (await bucket.UpdateAsync("k", "4"u8.ToArray(), created))!.Value;
        Assert.Equal("4", Encoding.UTF8.GetString((await bucket.GetAsync("k"))!.Value.Span));
        Assert.True(await bucket.DeleteAsync("k", updated));

        // After a deletion the key can be created again.
        Assert.NotNull(await bucket.CreateAsync("k", "5"u8.ToArray()));
        Assert.Equal("5", Encoding.UTF8.GetString((await bucket.GetAsync("k"))!.Value.Span));
    }

    [Fact]
    public async Task KeyValue_ManyKeys_AreAllListed()
    {
        const int Count = 2_300;
        var js = await JetStreamAsync();
        var bucket = await BucketAsync(js);
        await using var publisher = await js.CreatePublisherAsync();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => publisher.PublishAsync(new NatsSubject($"$KV.{bucket.Bucket}.k.{i}"), default).AsTask()));

        var keys = await bucket.KeysAsync();

        Assert.Equal(Count, keys.Distinct().Count());
        Assert.Equal(Count, keys.Count);
    }

    [Fact]
    public async Task KeyValue_OpenedTwice_IsTheSameBucket()
    {
        var js = await JetStreamAsync();
        var bucket = await BucketAsync(js);
        await bucket.PutAsync("k", "v"u8.ToArray());

        var again = await js.GetOrCreateKeyValueAsync(new KeyValueConfig { Bucket = bucket.Bucket, History = 5 });

        Assert.NotNull(await again.GetAsync("k"));
        Assert.NotNull(await js.GetKeyValueAsync(bucket.Bucket));
        Assert.True(await js.DeleteKeyValueAsync(bucket.Bucket));
        Assert.Null(await js.GetKeyValueAsync(bucket.Bucket));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a*")]
    [InlineData("ä")]
    public async Task KeyValue_InvalidKey_Throws(string key)
    {
        var bucket = await BucketAsync(await JetStreamAsync());
        Assert.Equal(NatsError.Invalid, (await Assert.ThrowsAsync<NatsException>(async () => await bucket.PutAsync(key, default))).Error);
    }

    private static async Task<KeyValueBucket> BucketAsync(JetStreamContext js) =>
        await js.GetOrCreateKeyValueAsync(new KeyValueConfig { Bucket = "b" + Guid.NewGuid().ToString("N"), Storage = StreamStorage.Memory });
}
