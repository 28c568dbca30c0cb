namespace DynamoAspire.Hosting.Nats;

/// <summary>Tag of the image that Aspire's AddNats uses: pinned, because each release of Aspire brings another.</summary>
internal static class NatsServerContainerImageTags
{
    public const string Tag = "2.12";
}
