using DynamoAspire.Engines;
using DynamoAspire.Engines.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DynamoAspire.ServiceDefaults.Configuration;

/// <summary>Options that are bound once, checked as a whole, and refused together.</summary>
public static class ConfigurationExtensions
{
    private static readonly object s_problemsKey = new();

    /// <summary>Everything found wrong so far with the configuration of this service.</summary>
    public static ConfigurationProblems ConfigurationProblems(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Properties.TryGetValue(s_problemsKey, out var found))
        {
            return (ConfigurationProblems)found;
        }

        var problems = new ConfigurationProblems();
        builder.Properties[s_problemsKey] = problems;
        return problems;
    }

    /// <summary>
    /// Binds a section and registers the result as <typeparamref name="T"/> and <see cref="IOptions{TOptions}"/>. Problems (unknown keys, unreadable and
    /// illegal values) are collected over all sections and reported together when the service is built: it does not start.
    /// </summary>
    /// <returns>The options; where there are problems, with defaults in place of what could not be read.</returns>
    public static T AddValidatedOptions<T>(this IHostApplicationBuilder builder, string section)
        where T : class, IValidatedOptions, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(section);
        var options = OptionsReader.Read<T>(builder.Configuration.GetSection(section), builder.ConfigurationProblems());
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(Options.Create(options));
        return options;
    }

    /// <summary>Reads the engines and registers them as <see cref="EngineSet"/>; problems as with <see cref="AddValidatedOptions{T}"/>.</summary>
    /// <returns>The engines; none where there are problems.</returns>
    public static EngineSet AddEngines(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var engines = EngineSet.FromConfiguration(builder.Configuration, builder.ConfigurationProblems());
        builder.Services.AddSingleton(engines);
        return engines;
    }
}
