namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that has a value when resources start.</summary>
public interface IValueProvider
{
    /// <summary>The value.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>Something that a manifest names instead of spelling out.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The expression, in braces.</summary>
    string ValueExpression { get; }
}

/// <summary>A value made of others.</summary>
public interface IValueWithReferences
{
    /// <summary>Those others: resources and values.</summary>
    IEnumerable<object> References { get; }
}
