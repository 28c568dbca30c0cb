namespace DynamoAspire.Hosting.Runtime;

/// <summary>Whether containers can be started in run mode. The runtime without Aspire's packages starts none.</summary>
internal static class ContainerSupport
{
    public static bool IsAvailable => false;
}
