using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Samples of one label set of a family: printed together. Of a histogram: sums, then buckets ascending, then the count.</summary>
internal sealed class SampleGroup
{
    /// <summary>Entries without <c>le</c>, in order of first sight.</summary>
    internal List<(Series Series, int Slot)> Plain { get; } = [];

    /// <summary>Buckets; sorted by bound when the plan is complete.</summary>
    internal List<(double Bound, Series Series, int Slot)> Buckets { get; } = [];

    /// <summary>The series of the histogram's count, which no file holds.</summary>
    internal Series? Count { get; set; }
}
