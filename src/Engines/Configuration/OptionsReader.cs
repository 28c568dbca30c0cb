using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines.Configuration;

/// <summary>
/// Binds a section to an options record and reports everything that is wrong with it at once. The framework's binder stops at the first
/// value it cannot convert and reads a duration of "5" as five days, which is why this one exists.
/// Bindable: strings, numbers, booleans, enums, durations (<see cref="Durations"/>), URIs, types made from one string (secrets),
/// nested records, lists (by index, or comma separated if of scalars) and string maps.
/// </summary>
public static partial class OptionsReader
{
    /// <summary>Reads a section; what is not given keeps the record's default. Problems, those of <see cref="IValidatedOptions.Validate"/> included, are added to the list.</summary>
    /// <param name="section">Section to read.</param>
    /// <param name="problems">List for problems; a view at the root, as the section's own path is put before each key.</param>
    public static T Read<T>(IConfigurationSection section, ConfigurationProblems problems)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(problems);
        return (T)ReadRecord(typeof(T), section, problems.At(section.Path));
    }

    /// <summary>Reads a section.</summary>
    /// <exception cref="ConfigurationInvalidException">Lists all problems.</exception>
    public static T Read<T>(IConfigurationSection section)
        where T : class, new()
    {
        var problems = new ConfigurationProblems();
        var options = Read<T>(section, problems);
        problems.ThrowIfAny();
        return options;
    }

    private static object ReadRecord(Type type, IConfigurationSection section, ConfigurationProblems problems)
    {
        var options = Activator.CreateInstance(type)!;
        var properties = Bindable(type);
        if (section.Value is { Length: > 0 } scalar)
        {
            problems.Add("", $"'{Shown(scalar)}' is a single value, but this is a section with the keys {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}");
        }

        var found = problems.All.Count;
        foreach (var child in section.GetChildren())
        {
            if (!properties.TryGetValue(child.Key, out var property))
            {
                var nearest = NearestName.Find(child.Key, properties.Keys);
                problems.Add(child.Key, nearest is null
                    ? $"unknown key; known are {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}"
                    : $"unknown key; did you mean {nearest}?");
                continue;
            }

            if (TryReadValue(property.PropertyType, child, problems.At(child.Key), out var value))
            {
                property.SetValue(options, value);
            }
        }

        // A record with values that could not be read is still checked: its other values may be wrong too, and all is reported at once.
        // A key already reported is not reported again for its default.
        if (options is IValidatedOptions validated)
        {
            var own = new ConfigurationProblems();
            validated.Validate(own);
            var reported = problems.All.Skip(found).Select(p => p.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var problem in own.All)
            {
                var at = problems.At(problem.Key);
                if (!reported.Contains(at.Path))
                {
                    at.Add("", problem.Message);
                }
            }
        }

        return options;
    }

    private static bool TryReadValue(Type type, IConfigurationSection section, ConfigurationProblems problems, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsScalar(type))
        {
            return TryReadScalar(type, section, problems, out value);
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            value = section.GetChildren().ToDictionary(c => c.Key, c => c.Value ?? "", StringComparer.Ordinal);
            return true;
        }

        if (ItemType(type) is { } item)
        {
            return TryReadList(type, item, section, problems, out value);
        }

        value = ReadRecord(type, section, problems);
        return true;
    }

    private static bool TryReadList(Type type, Type item, IConfigurationSection section, ConfigurationProblems problems, out object? value)
    {
        var items = new List<object?>();
        var complete = true;
        if (section.Value is { Length: > 0 } joined)
        {
            value = null;
            if (!IsScalar(item))
            {
                problems.Add("", $"'{Shown(joined)}' is a single value, but this is a list; write {section.Path}:0, {section.Path}:1, …");
                return false;
            }

            foreach (var part in joined.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                complete &= TryConvert(item, part, problems, out var converted);
                items.Add(converted);
            }
        }

        foreach (var child in section.GetChildren())
        {
            complete &= TryReadValue(item, child, problems.At(child.Key), out var converted);
            items.Add(converted);
        }

        if (!complete)
        {
            value = null;
            return false;
        }

        var array = Array.CreateInstance(item, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        value = type.IsArray || type.IsInterface ? array : Activator.CreateInstance(type, (IEnumerable)array);
        return true;
    }

    /// <summary>Properties that can be given in configuration, by name.</summary>
    private static Dictionary<string, PropertyInfo> Bindable(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanRead && p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && IsBindable(p.PropertyType))
        .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    private static bool IsBindable(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return IsScalar(type)
            || type == typeof(IReadOnlyDictionary<string, string>)
            || (ItemType(type) is { } item ? IsBindable(item) : type is { IsClass: true, IsAbstract: false } && type.GetConstructor(Type.EmptyTypes) is not null);
    }

    private static Type? ItemType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() is var g && (g == typeof(IReadOnlyList<>) || g == typeof(IReadOnlyCollection<>) || g == typeof(List<>)) ? type.GetGenericArguments()[0]
        : null;
}
