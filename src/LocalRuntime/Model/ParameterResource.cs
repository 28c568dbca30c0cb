namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside (<c>Parameters:name</c>), or generated.</summary>
public class ParameterResource : Resource, IManifestExpressionProvider, IValueProvider
{
    private readonly Lazy<string> _value;

    /// <summary>Creates the parameter.</summary>
    /// <param name="name">Name.</param>
    /// <param name="callback">Finds the value, once, when it is first needed; given the default.</param>
    /// <param name="secret">Whether it is never to be shown.</param>
    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        _value = new Lazy<string>(() => callback(Default));
        Secret = secret;
    }

    /// <summary>Whether the value is never to be shown.</summary>
    public bool Secret { get; }

    /// <summary>What is used where nothing is configured.</summary>
    public ParameterDefault? Default { get; set; }

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(_value.Value);
}
