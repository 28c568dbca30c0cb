using System.Text.Json;
using Aspire.Hosting;
using DynamoAspire.LocalRuntime.Building;

namespace DynamoAspire.LocalRuntime.Manifest;

/// <summary>Writes the manifest to the path that was asked for: a file, or a folder that receives <c>aspire-manifest.json</c>.</summary>
internal static class ManifestPublisher
{
    public static async Task PublishAsync(ApplicationBuilder builder, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(builder.Operation.OutputPath!);
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            path = Path.Combine(path, "aspire-manifest.json");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = File.Create(path);
            await using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
            await new ManifestWriter(builder.ExecutionContext, path, writer, cancellationToken).WriteAsync(builder.Resources);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The manifest cannot be written to {path}: {e.Message}", e);
        }

        Console.WriteLine($"Manifest written to {path}");
    }
}
