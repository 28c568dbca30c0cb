using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Collects the arguments and variables of a resource, and turns them into text.</summary>
internal static class ResourceValues
{
    public static async Task<IList<object>> ArgumentsAsync(IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext(execution, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return context.Args;
    }

    public static async Task<Dictionary<string, object>> EnvironmentAsync(IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    public static async ValueTask<string> TextAsync(object value, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken) ?? "",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
