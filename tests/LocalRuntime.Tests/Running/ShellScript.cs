using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;

namespace DynamoAspire.LocalRuntime.Tests.Running;

internal static class ShellScript
{
    public static IResourceBuilder<ExecutableResource> Add(ApplicationBuilder builder, string name, string script) =>
        builder.AddResource(new ExecutableResource(name, "sh", Path.GetTempPath())).WithArgs("-c", script);
}
