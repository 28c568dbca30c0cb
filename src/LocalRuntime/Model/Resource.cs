using System.Buffers;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Base of all resources.</summary>
public abstract class Resource : IResource
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>Checks and keeps the name.</summary>
    /// <param name="name">1 to 64 ASCII letters, digits and single hyphens, beginning with a letter and not ending with a hyphen (Aspire's rule).</param>
    /// <exception cref="ArgumentException">Another name.</exception>
    protected Resource(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > 64 || name.AsSpan().ContainsAnyExcept(s_nameCharacters) || !char.IsAsciiLetter(name[0]) || name[^1] == '-' || name.Contains("--", StringComparison.Ordinal))
        {
            throw new ArgumentException($"Resource name '{name}' is not valid: 1 to 64 ASCII letters, digits and single hyphens, beginning with a letter and not ending with a hyphen.", nameof(name));
        }

        Name = name;
    }

    /// <inheritdoc/>
    public virtual string Name { get; }

    /// <inheritdoc/>
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
