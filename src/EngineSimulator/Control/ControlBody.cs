using System.Text.Json;

namespace DynamoAspire.EngineSimulator.Control;

/// <summary>The small JSON objects that the control endpoints take: named numbers, nothing else.</summary>
internal static class ControlBody
{
    private const int MaxBytes = 16 * 1024;

    /// <summary>Reads the numbers of a body.</summary>
    /// <param name="request">Request.</param>
    /// <param name="known">Keys that are understood.</param>
    /// <returns>The numbers by key, or what is wrong.</returns>
    public static async Task<(IReadOnlyDictionary<string, double> Values, string? Problem)> ReadAsync(HttpRequest request, params string[] known)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var example = "{" + string.Join(", ", known.Select(k => $"\"{k}\": 1")) + "}";
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > MaxBytes)
        {
            return (values, $"The body is longer than {MaxBytes} bytes.");
        }

        try
        {
            using var document = JsonDocument.Parse(body.AsMemory(0, length));
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return (values, $"The body must be a JSON object such as {example}.");
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(property.Name))
                {
                    return (values, $"Unknown key '{property.Name}'; known are {string.Join(", ", known)}.");
                }

                if (property.Value.ValueKind is not JsonValueKind.Number || !property.Value.TryGetDouble(out var number))
                {
                    return (values, $"'{property.Name}' must be a number.");
                }

                values[property.Name] = number;
            }
        }
        catch (JsonException e)
        {
            return (values, $"The body is not JSON ({e.Message.TrimEnd('.')}); it must be an object such as {example}.");
        }

        return values.Count == 0 ? (values, $"The body is empty; it must be an object such as {example}.") : (values, null);
    }
}
