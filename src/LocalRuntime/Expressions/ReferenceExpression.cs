using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with values in it: <c>ReferenceExpression.Create($"nats://{endpoint}")</c>.</summary>
public class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    private readonly string _format;
    private readonly (IValueProvider Provider, string Expression, string? Format)[] _parts;

    private ReferenceExpression(string format, (IValueProvider Provider, string Expression, string? Format)[] parts)
    {
        _format = format;
        _parts = parts;
    }

    /// <inheritdoc/>
    public string ValueExpression => string.Format(CultureInfo.InvariantCulture, _format, [.. _parts.Select(p => p.Expression)]);

    IEnumerable<object> IValueWithReferences.References => _parts.Select(p => (object)p.Provider);

    internal IReadOnlyList<(IValueProvider Provider, string Expression, string? Format)> Parts => _parts;

    /// <summary>Creates the expression from an interpolated string.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Build();

    /// <inheritdoc/>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken)
    {
        var values = new object?[_parts.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await _parts[i].Provider.GetValueAsync(cancellationToken);
            values[i] = value is null || _parts[i].Format is null ? value : ApplyFormat(value, _parts[i].Format!);
        }

        return string.Format(CultureInfo.InvariantCulture, _format, values);
    }

    /// <summary>The text with each value's expression replaced, as a manifest names encoded parameters.</summary>
    internal string Render(Func<IValueProvider, string, string?, string> render) =>
        string.Format(CultureInfo.InvariantCulture, _format, [.. _parts.Select(p => render(p.Provider, p.Expression, p.Format))]);

    private static string ApplyFormat(string value, string format) => format switch
    {
        "uri" => Uri.EscapeDataString(value),
        _ => throw new FormatException($"The format '{format}' is not known; 'uri' is."),
    };

    /// <summary>Collects an interpolated string whose holes are text or values.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler
    {
        private readonly StringBuilder _builder;
        private readonly List<(IValueProvider Provider, string Expression, string? Format)> _collected;

        /// <summary>Called by the compiler.</summary>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
        {
            _builder = new StringBuilder(literalLength * 2);
            _collected = new List<(IValueProvider, string, string?)>(formattedCount);
        }

        /// <summary>Called by the compiler.</summary>
        public void AppendLiteral(string value) => _builder.Append(Escape(value));

        /// <summary>Called by the compiler.</summary>
        public void AppendFormatted(string? value) => AppendFormatted(value, null);

        /// <summary>Called by the compiler.</summary>
        public void AppendFormatted(string? value, string? format = null)
        {
            if (value is not null)
            {
                _builder.Append(Escape(format is null ? value : ApplyFormat(value, format)));
            }
        }

        /// <summary>Called by the compiler.</summary>
        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider, null);

        /// <summary>Called by the compiler.</summary>
        public void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider
        {
            _builder.Append(CultureInfo.InvariantCulture, $"{{{_collected.Count}}}");
            _collected.Add((valueProvider, valueProvider.ValueExpression, format));
        }

        internal ReferenceExpression Build() => new(_builder.ToString(), [.. _collected]);

        // What is collected is later used as a format string.
        private static string Escape(string value) => value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
    }
}
