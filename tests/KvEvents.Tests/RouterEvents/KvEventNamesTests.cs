using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.RouterEvents;

public sealed class KvEventNamesTests
{
    [Fact]
    public void Names_OfAComponent_AreDynamos()
    {
        Assert.Equal("namespace-dynamo-component-backend-kv-events", KvEventNames.Stream("dynamo", "backend"));
        Assert.Equal("namespace-dynamo-component-backend-kv-events.*", KvEventNames.StreamSubjects("dynamo", "backend"));
        Assert.Equal("namespace-dynamo-component-backend-kv-events.kv-events", KvEventNames.StreamSubject("dynamo", "backend"));
        Assert.Equal("namespace.dynamo.component.backend.kv-events", KvEventNames.EventPlaneSubject("dynamo", "backend"));
        Assert.Equal("namespace-my-ns-component-vllm-worker-kv-events", KvEventNames.Stream("My_NS", "vLLM Worker"));
    }

    [Theory]
    [InlineData("a.B/c d", "a_b_c_d")]
    [InlineData("__x", "x")]
    [InlineData("Größe-1", "gr__e-1")]
    public void Slug_AnyText_KeepsOnlyWhatNamesMayHold(string text, string slug) => Assert.Equal(slug, KvEventNames.Slug(text));
}
