using DynamoAspire.Metrics.Multiprocess;

namespace DynamoAspire.Metrics.Registration;

/// <summary>Where an engine's metrics are looked for, which are taken, and how they are named and labelled.</summary>
public sealed record EngineMetricsOptions
{
    /// <summary>The defaults, without a directory.</summary>
    public static EngineMetricsOptions Default { get; } = new();

    /// <summary>The multiprocess directory; null is "not set".</summary>
    public string? Directory { get; init; }

    /// <summary>How the directory is read.</summary>
    public MultiprocessDirectoryOptions DirectoryOptions { get; init; } = MultiprocessDirectoryOptions.Default;

    /// <summary>Whether a missing directory is made, so that an engine started later finds it. Off for a program that only looks on.</summary>
    public bool CreateMissingDirectory { get; init; } = true;

    /// <summary>Starts of the family names that are taken; empty takes all.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = ["vllm:", "lmcache:", "dynamo_component:"];

    /// <summary>Starts of the family names that are left out even so.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// Spellings that a prefix stands for beside its own. Dynamo's launchers ask for <c>dynamo_component:</c>, but its metrics are named <c>dynamo_component_…</c>.
    /// </summary>
    public IReadOnlyList<(string Prefix, string Also)> PrefixEquivalents { get; init; } = [("dynamo_component:", "dynamo_component_")];

    /// <summary>Put before names that do not start with it already.</summary>
    public string? AddPrefix { get; init; }

    /// <summary>Whether <see cref="AddPrefix"/> takes the place of the prefix that let a name through, as older Dynamo releases had it.</summary>
    public bool ReplaceMatchedPrefix { get; init; }

    /// <summary>Labels of the place the engine has in Dynamo (<c>dynamo_namespace</c>, …, <c>model</c>). They give way to labels a series has, and precede <see cref="Labels"/>.</summary>
    public IReadOnlyList<(string Name, string Value)> AutoLabels { get; init; } = [];

    /// <summary>Further labels. They give way to labels that a series has and to <see cref="AutoLabels"/>.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>Clock of <see cref="EngineMetrics.WithoutFiles"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The defaults with the directory that the environment names.</summary>
    public static EngineMetricsOptions FromEnvironment() => Default with { Directory = MultiprocessVariable.Read() };
}
