using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>A family's name, and what the current plan found out about it.</summary>
internal sealed class FamilyInfo(byte[] name)
{
    internal byte[] Name { get; } = name;

    internal int Stamp { get; set; }

    internal MetricType Type { get; set; }

    internal GaugeMode Mode { get; set; }

    /// <summary>The mode that the options say, whatever the files do.</summary>
    internal GaugeMode? ModeOverride { get; set; }

    internal string FirstFile { get; set; } = "";

    internal FamilyHeader? Header { get; set; }

    internal bool HelpConflict { get; set; }

    internal bool TypeConflict { get; set; }

    /// <summary>The family that has this one's name in text 0.0.4: one of them only can be printed.</summary>
    internal FamilyInfo? ShadowedBy { get; set; }

    /// <summary>Groups of samples by label set, in order of first sight.</summary>
    internal List<SampleGroup> Groups { get; } = [];

    internal Dictionary<byte[], SampleGroup> GroupsByLabels { get; } = new(Utf8Comparer.Instance);

    /// <summary>The group met last and its labels: the next sample is nearly always of it.</summary>
    internal SampleGroup? LastGroup { get; set; }

    internal KeyLabel[] LastLabels { get; set; } = [];

    internal void Begin(int stamp, MetricType type, string file, byte[] help)
    {
        Stamp = stamp;
        Type = type;
        FirstFile = file;
        HelpConflict = false;
        TypeConflict = false;
        ShadowedBy = null;
        Groups.Clear();
        GroupsByLabels.Clear();
        LastGroup = null;
        if (Header is null || Header.Type != type || !Header.Help.SequenceEqual(help))
        {
            Header = new FamilyHeader(Name, type, help, hasSuffix: type is MetricType.Counter or MetricType.Info);
        }
    }
}
