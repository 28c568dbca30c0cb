using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Creates parameters.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Creates a secret that is <c>Parameters:name</c> of the configuration, or generated anew in each run.</summary>
    /// <remarks>The rules for the characters are Aspire's parameters; only <paramref name="special"/> may be changed here.</remarks>
    public static ParameterResource CreateDefaultPasswordParameter(
        IDistributedApplicationBuilder builder,
        string name,
        bool lower = true,
        bool upper = true,
        bool numeric = true,
        bool special = true,
        int minLower = 0,
        int minUpper = 0,
        int minNumeric = 0,
        int minSpecial = 0)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!lower || !upper || !numeric || (minLower | minUpper | minNumeric | minSpecial) != 0)
        {
            throw new DistributedApplicationException($"Parameter '{name}': only 'special' of the character rules is supported here.");
        }

        // A shell cannot set a variable with a hyphen in its name, so an underscore is taken for one, as Aspire does.
        var configuration = builder.Configuration;
        return new ParameterResource(
            name,
            @default => configuration[$"Parameters:{name}"] ?? configuration[$"Parameters:{name.Replace('-', '_')}"] ?? @default!.GetDefaultValue(),
            secret: true)
        {
            // 22 characters of this alphabet are 128 bits.
            Default = new GenerateParameterDefault(minLength: 22, special),
        };
    }
}
