using Aspire.Hosting;

namespace DynamoAspire.LocalRuntime.Building;

/// <summary>
/// Whether to run or to write the manifest. Aspire takes three spellings of the latter, and so does this:
/// <c>--publisher manifest</c>, the same with <c>--operation publish</c>, and <c>--operation publish --step publish-manifest</c>.
/// </summary>
internal sealed record OperationArguments(bool Publish, string? OutputPath)
{
    public static OperationArguments Parse(IReadOnlyList<string> args)
    {
        var operation = Value(args, "--operation");
        var publisher = Value(args, "--publisher");
        var step = Value(args, "--step");
        var output = Value(args, "--output-path");

        switch (operation)
        {
            case null or "run" when publisher is null:
                return new OperationArguments(Publish: false, OutputPath: null);
            case null or "publish" when publisher is "manifest" || (publisher is null && step is "publish-manifest"):
                return output is not null
                    ? new OperationArguments(Publish: true, output)
                    : throw new DistributedApplicationException("--publisher manifest needs --output-path FILE, or a folder, in which it writes aspire-manifest.json.");
            default:
                throw new DistributedApplicationException(
                    $"Without Aspire's packages this application can be run, or its manifest written (--publisher manifest --output-path FILE); '{string.Join(' ', args)}' asks for something else, which needs the full package profile (README, \"Package profiles\").");
        }
    }

    private static string? Value(IReadOnlyList<string> args, string name)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == name)
            {
                return i + 1 < args.Count ? args[i + 1] : throw new DistributedApplicationException($"{name} needs a value.");
            }

            if (args[i].StartsWith(name + "=", StringComparison.Ordinal))
            {
                return args[i][(name.Length + 1)..];
            }
        }

        return null;
    }
}
