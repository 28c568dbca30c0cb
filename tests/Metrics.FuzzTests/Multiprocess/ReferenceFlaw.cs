namespace DynamoAspire.Metrics.FuzzTests.Multiprocess;

/// <summary>Mistakes that a collector could make; the reference makes them on demand, and the comparison must notice each.</summary>
public enum ReferenceFlaw
{
    None,
    MaxTakesTheLast,
    MinTakesTheLast,
    MinTakesTheLastNaN,
    SumTakesTheLast,
    MergedGaugeKeepsPid,
    UserPidWins,
    AllAddsUp,
    MostRecentTakesTheLast,
    MostRecentTakesTheLaterOfEqualTimes,
    MostRecentReportsWhatWasNeverSet,
    ModeOfTheFirstFile,
    TypeOfTheLastFile,
    HelpOfTheLastFile,
    OtherTypesAreMerged,
    ShadowedFamilyIsReported,
    BucketsAreNotAddedUp,
    BoundsAreTexts,
    CountIsTheStoredOne,
    SecondGenerationOnly,
    EqualKeysTakeTheLast,
    LabelsInOrderOfTheFile,
}
