using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests;

/// <summary>One recorded payload of <c>tests/fixtures/kv-events</c>.</summary>
public sealed class KvFixture
{
    private KvFixture(string name, byte[] payload, JsonElement document)
    {
        Name = name;
        Payload = payload;
        Expected = document.GetProperty("expected");
        Generic = document.GetProperty("generic_msgpack");
    }

    public string Name { get; }

    public byte[] Payload { get; }

    /// <summary>What a decoder gives; null (a JSON null) for irregular payloads.</summary>
    public JsonElement Expected { get; }

    /// <summary>What a decoder without a schema gives.</summary>
    public JsonElement Generic { get; }

    public bool IsRegular => Expected.ValueKind == JsonValueKind.Object;

    private static string Folder => Path.Combine(RepositoryPaths.Fixtures, "kv-events");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.hex").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static TheoryData<string> Regular => [.. Names.Where(n => !n.StartsWith("x_", StringComparison.Ordinal))];

    public static KvFixture Load(string name) => new(
        name,
        Convert.FromHexString(File.ReadAllText(Path.Combine(Folder, name + ".hex")).Trim()),
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json"))).RootElement);
}
