using System.Globalization;
using System.Numerics;

namespace DynamoAspire.Engines.Configuration;

/// <summary>
/// Collects everything that is wrong with a configuration, so that it is reported at once. Views made by <see cref="At"/> share one list.
/// Not thread-safe: configuration is read on one thread.
/// </summary>
public sealed class ConfigurationProblems
{
    private readonly List<ConfigurationProblem> _all;
    private readonly string _path;

    /// <summary>An empty list at the root of the configuration.</summary>
    public ConfigurationProblems()
        : this([], "")
    {
    }

    private ConfigurationProblems(List<ConfigurationProblem> all, string path)
    {
        _all = all;
        _path = path;
    }

    /// <summary>Everything found so far, by this view and all others of the same list.</summary>
    public IReadOnlyList<ConfigurationProblem> All => _all;

    /// <summary>Section this view's keys are relative to.</summary>
    public string Path => _path;

    /// <summary>A view for a section below this one.</summary>
    public ConfigurationProblems At(string key) => new(_all, Combine(key));

    /// <summary>Adds a problem of a key of this section; an empty key means the section itself.</summary>
    public void Add(string key, string message) => _all.Add(new(Combine(key), message));

    /// <summary>Adds a problem if the value is outside the bounds (both included).</summary>
    /// <param name="key">Key of this section.</param>
    /// <param name="value">Value as bound.</param>
    /// <param name="min">Least legal value.</param>
    /// <param name="max">Greatest legal value.</param>
    /// <param name="meaning">What the number is, for the message: "the number of ranks".</param>
    public void InRange<T>(string key, T value, T min, T max, string meaning)
        where T : INumber<T>
    {
        // Written so that NaN, which compares false with everything, is out of range.
        if (!(value >= min && value <= max))
        {
            Add(key, string.Create(CultureInfo.InvariantCulture, $"{value} is not {meaning}; use {min} to {max}"));
        }
    }

    /// <summary>Adds a problem if the duration is outside the bounds (both included).</summary>
    public void InRange(string key, TimeSpan value, TimeSpan min, TimeSpan max, string meaning)
    {
        if (value < min || value > max)
        {
            Add(key, $"{Durations.Format(value)} is not {meaning}; use {Durations.Format(min)} to {Durations.Format(max)}");
        }
    }

    /// <summary>Throws if anything was found.</summary>
    /// <exception cref="ConfigurationInvalidException">Lists all problems.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count > 0)
        {
            throw new ConfigurationInvalidException([.. _all]);
        }
    }

    private string Combine(string key) => _path.Length == 0 ? key : key.Length == 0 ? _path : _path + ":" + key;
}
