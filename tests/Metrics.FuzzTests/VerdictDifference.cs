using System.Text.RegularExpressions;
using DynamoAspire.Metrics.Parsing;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>A kind of OpenMetrics body that we refuse and Python's parser accepts. The other way round there is none.</summary>
/// <param name="Name">What it is called when it was not seen.</param>
/// <param name="Why">Why it is no fault of ours.</param>
/// <param name="Ours">Our reason.</param>
/// <param name="Line">How the line looks that we refuse.</param>
internal sealed partial record VerdictDifference(string Name, string Why, ExpositionErrorReason Ours, Regex Line)
{
    /// <summary>All of them. Each has to be met by a run, or it is out of date.</summary>
    internal static IReadOnlyList<VerdictDifference> Known { get; } =
    [
        new(
            "repeated series",
            "a series may not stand twice in one exposition; Python drops the second silently, if the group and its time are the same",
            ExpositionErrorReason.DuplicateSeries,
            Anything()),
        new(
            "reserved name",
            "names that begin with an underscore are reserved; Python looks at the characters only",
            ExpositionErrorReason.ReservedName,
            Underscore()),
        new(
            "something behind the hash",
            "metadata begin with a hash and a blank; Python splits at blanks and never looks at the first piece",
            ExpositionErrorReason.InvalidMetadata,
            NoBlankBehindHash()),
        new(
            "no blank before the value",
            "a blank stands between labels and value; Python skips two characters, whatever the second is",
            ExpositionErrorReason.InvalidValue,
            NoBlankBehindBrace()),
        new(
            "last quote escaped",
            "the text of the last label never ends; Python takes what stands before the last brace, and looks for escapes at the wrong place",
            ExpositionErrorReason.InvalidLabels,
            EscapedLastQuote()),
    ];

    /// <summary>Whether this difference explains that only we refuse a line.</summary>
    internal bool Explains(ExpositionErrorReason ours, string line) => ours == Ours && Line.IsMatch(line);

    [GeneratedRegex("")]
    private static partial Regex Anything();

    [GeneratedRegex("""(^|[ {,])_""")]
    private static partial Regex Underscore();

    [GeneratedRegex("^#[^ ]+ (TYPE|HELP|UNIT) ")]
    private static partial Regex NoBlankBehindHash();

    [GeneratedRegex("""\}[^ ]""")]
    private static partial Regex NoBlankBehindBrace();

    [GeneratedRegex("""\\"\} """)]
    private static partial Regex EscapedLastQuote();
}
