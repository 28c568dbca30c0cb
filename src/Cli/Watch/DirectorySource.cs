using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;

namespace DynamoAspire.Cli.Watch;

/// <summary>A multiprocess directory.</summary>
internal sealed class DirectorySource(string path) : IWatchSource
{
    private readonly MultiprocessDirectory _directory = new(path);

    public Task<string?> ReadAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        _directory.Collect(destination);
        return Task.FromResult(_directory.State switch
        {
            MultiprocessDirectoryState.Present => null,
            MultiprocessDirectoryState.Missing => $"'{path}' does not exist. Give the directory that PROMETHEUS_MULTIPROC_DIR names, or a URL that begins with http:// or https://.",
            MultiprocessDirectoryState.NotADirectory => $"'{path}' is not a directory. Give the directory that holds the .db files.",
            _ => $"'{path}' cannot be listed. Run as the user who owns it, or allow reading it (chmod o+rx).",
        });
    }
}
