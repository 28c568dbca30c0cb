namespace DynamoAspire.Testing;

/// <summary>A folder of its own for one test, removed on disposal.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("dynamo-aspire-").FullName;

    /// <summary>Path of an entry in it.</summary>
    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is still closing its files; the system's own clean-up of the temporary folder takes the rest.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
