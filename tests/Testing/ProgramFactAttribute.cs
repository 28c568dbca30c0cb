namespace DynamoAspire.Testing;

/// <summary>A test that needs a program of others; skipped, with the reason, where it is not installed.</summary>
public sealed class ProgramFactAttribute : Xunit.FactAttribute
{
    /// <summary>Looks for the program.</summary>
    public ProgramFactAttribute(string program)
    {
        Program = program;
        Skip = InstalledProgram.WhyMissing(program);
    }

    /// <summary>Name of the program.</summary>
    public string Program { get; }
}

/// <summary>A theory that needs a program of others; skipped, with the reason, where it is not installed.</summary>
public sealed class ProgramTheoryAttribute : Xunit.TheoryAttribute
{
    /// <summary>Looks for the program.</summary>
    public ProgramTheoryAttribute(string program)
    {
        Program = program;
        Skip = InstalledProgram.WhyMissing(program);
    }

    /// <summary>Name of the program.</summary>
    public string Program { get; }
}
