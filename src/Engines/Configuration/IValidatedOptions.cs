namespace DynamoAspire.Engines.Configuration;

/// <summary>Options that can say what is wrong with them; called once, after binding.</summary>
public interface IValidatedOptions
{
    /// <summary>Adds every problem, not only the first. Keys are relative to the options' own section.</summary>
    void Validate(ConfigurationProblems problems);
}
