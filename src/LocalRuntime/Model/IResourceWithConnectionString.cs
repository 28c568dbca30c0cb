namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that others reach through a connection string.</summary>
public interface IResourceWithConnectionString : IResource, IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The connection string.</summary>
    ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>Name of the variable that carries it, where not <c>ConnectionStrings__name</c>.</summary>
    string? ConnectionStringEnvironmentVariable => null;

    /// <summary>Its parts, each of which becomes a variable <c>NAME_KEY</c> of whoever references the resource.</summary>
    IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() => [];

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    IEnumerable<object> IValueWithReferences.References => [ConnectionStringExpression];

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => ConnectionStringExpression.GetValueAsync(cancellationToken);
}
