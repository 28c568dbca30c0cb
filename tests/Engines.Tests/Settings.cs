using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines.Tests;

/// <summary>A configuration from key/value pairs.</summary>
internal static class Settings
{
    public static IConfigurationRoot Of(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, v.Value))).Build();
}
