using System.Security.Cryptography;
using System.Text.Json;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a parameter is where nothing is configured.</summary>
public abstract class ParameterDefault
{
    private protected ParameterDefault()
    {
    }

    /// <summary>The value.</summary>
    public abstract string GetDefaultValue();

    internal abstract void WriteTo(Utf8JsonWriter writer);
}

/// <summary>A password of letters and digits from the system's random source.</summary>
internal sealed class GenerateParameterDefault(int minLength, bool special) : ParameterDefault
{
    private const string Alphanumeric = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ123456789";
    private const string Special = "-_.{}~()*+!";

    public override string GetDefaultValue() => RandomNumberGenerator.GetString(special ? Alphanumeric + Special : Alphanumeric, minLength);

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", minLength);
        if (!special)
        {
            // Aspire writes a rule only where it differs from its default, which is true.
            writer.WriteBoolean("special", false);
        }

        writer.WriteEndObject();
    }
}
