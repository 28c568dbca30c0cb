using System.Text;
using System.Text.Json;

namespace DynamoAspire.Metrics.FuzzTests.Multiprocess;

/// <summary>
/// Collects a directory as slowly and as plainly as can be: whole files, dictionaries of texts, no state. Knows nothing of damage, limits and foreign files: the directories that it is shown have none.
/// </summary>
internal sealed class ReferenceCollector(ReferenceFlaw flaw = ReferenceFlaw.None)
{
    private readonly Dictionary<string, Family> _families = [];
    private readonly List<Family> _inOrder = [];
    private readonly HashSet<string> _clashes = [];

    /// <summary>What a collection gives: a line per family and a line per series with the bits of its value, sorted; and the names of families that clash.</summary>
    internal static (IReadOnlyList<string> Lines, IReadOnlyList<string> Clashes) Collect(string path, ReferenceFlaw flaw = ReferenceFlaw.None)
    {
        var collector = new ReferenceCollector(flaw);
        foreach (var file in Directory.GetFiles(path, "*.db").OrderBy(f => Path.GetFileName(f), StringComparer.Ordinal))
        {
            collector.Read(file);
        }

        return ([.. collector.Lines().Order(StringComparer.Ordinal)], [.. collector._clashes.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The line of a series, as the collector under test has to be put to be compared.</summary>
    internal static string Line(string series, double value) => $"{series} {(double.IsNaN(value) ? "NaN" : BitConverter.DoubleToInt64Bits(value).ToString("x16", null))}";

    private void Read(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path).Split('_');
        var type = name[0];
        var (mode, pid) = type == "gauge" ? (name[1], name[2]) : ("", "");
        var bytes = File.ReadAllBytes(path);
        foreach (var (key, value, time) in Entries(bytes, 16) ?? (flaw == ReferenceFlaw.SecondGenerationOnly ? [] : Entries(bytes, 8)!))
        {
            var parts = JsonDocument.Parse(key).RootElement;
            var labels = parts[2].EnumerateObject().Select(p => (p.Name, Value: p.Value.GetString()!)).ToList();
            Add(type, mode, pid, parts[0].GetString()!, parts[1].GetString()!, labels, parts[3].GetString()!, value, time);
        }
    }

    /// <summary>The entries, or null if they do not end where the file says.</summary>
    private static List<(string Key, double Value, double Time)>? Entries(byte[] bytes, int tail)
    {
        var entries = new List<(string, double, double)>();
        var used = BitConverter.ToInt32(bytes, 0);
        var at = 8;
        while (at < used)
        {
            var length = BitConverter.ToInt32(bytes, at);
            var value = at + 4 + length + (8 - ((length + 4) % 8));
            if (length < 2 || length > used || value + tail > used || bytes[at + 4] != '[')
            {
                return null;
            }

            entries.Add((Encoding.UTF8.GetString(bytes, at + 4, length), BitConverter.ToDouble(bytes, value), tail == 16 ? BitConverter.ToDouble(bytes, value + 8) : 0));
            at = value + tail;
        }

        return entries;
    }

    private void Add(string type, string mode, string pid, string familyName, string sample, List<(string Name, string Value)> labels, string help, double value, double time)
    {
        if (!_families.TryGetValue(familyName, out var family))
        {
            _families[familyName] = family = new Family(familyName, type) { Help = help };
            var printed = type == "counter" ? familyName + "_total" : familyName;
            if (_inOrder.Exists(f => f.Name == familyName || f.Name == printed || f.Printed == familyName || f.Printed == printed) && flaw != ReferenceFlaw.ShadowedFamilyIsReported)
            {
                family.IsShadowed = true;
                _clashes.Add(familyName);
            }
            else
            {
                _inOrder.Add(family);
            }
        }
        else if (flaw == ReferenceFlaw.TypeOfTheLastFile)
        {
            family.Type = type;
        }
        else if (family.Type != type)
        {
            _clashes.Add(familyName);
            if (flaw != ReferenceFlaw.OtherTypesAreMerged)
            {
                return;
            }
        }

        family.Help = flaw == ReferenceFlaw.HelpOfTheLastFile ? help : family.Help;
        if (type == "gauge" && (family.Mode.Length == 0 || flaw != ReferenceFlaw.ModeOfTheFirstFile))
        {
            family.Mode = mode.StartsWith("live", StringComparison.Ordinal) ? mode[4..] : mode;
        }

        family.Entries.Add((sample, labels, pid, value, time));
    }

    private IEnumerable<string> Lines()
    {
        foreach (var family in _inOrder)
        {
            yield return $"# {family.Name} {family.Type} {family.Help}";
            var series = family.Type switch
            {
                "gauge" => Gauges(family),
                "histogram" => Histogram(family),
                _ => Sums(family.Entries),
            };
            foreach (var (text, value) in series)
            {
                yield return Line(text, value);
            }
        }
    }

    private Dictionary<string, double> Sums(IEnumerable<(string Sample, List<(string Name, string Value)> Labels, string Pid, double Value, double Time)> entries)
    {
        var sums = new Dictionary<string, double>();
        foreach (var (sample, labels, _, value, _) in entries)
        {
            var text = Text(sample, labels);
            sums[text] = flaw == ReferenceFlaw.EqualKeysTakeTheLast ? value : sums.GetValueOrDefault(text) + value;
        }

        return sums;
    }

    private Dictionary<string, double> Gauges(Family family)
    {
        var values = new Dictionary<string, double>();
        var times = new Dictionary<string, double>();
        foreach (var (sample, labels, pid, value, time) in family.Entries)
        {
            var own = labels.Where(l => l.Name != "pid").ToList();
            if (family.Mode == "all" || flaw == ReferenceFlaw.MergedGaugeKeepsPid)
            {
                own.Add(("pid", flaw == ReferenceFlaw.UserPidWins && labels.Exists(l => l.Name == "pid") ? labels.Find(l => l.Name == "pid").Value : pid));
            }

            var text = Text(sample, own);
            var isFirst = !values.TryGetValue(text, out var old);
            switch (family.Mode)
            {
                case "min":
                    values[text] = isFirst || value < old || flaw == ReferenceFlaw.MinTakesTheLast || (flaw == ReferenceFlaw.MinTakesTheLastNaN && double.IsNaN(value)) ? value : old;
                    break;
                case "max":
                    values[text] = isFirst || value > old || flaw == ReferenceFlaw.MaxTakesTheLast ? value : old;
                    break;
                case "sum":
                    values[text] = flaw == ReferenceFlaw.SumTakesTheLast ? value : old + value;
                    break;
                case "mostrecent":
                    var last = times.GetValueOrDefault(text);
                    if (last < time
                        || flaw == ReferenceFlaw.MostRecentTakesTheLast
                        || (flaw == ReferenceFlaw.MostRecentReportsWhatWasNeverSet && isFirst)
                        || (flaw == ReferenceFlaw.MostRecentTakesTheLaterOfEqualTimes && last == time && time > 0))
                    {
                        values[text] = value;
                        times[text] = time;
                    }

                    break;
                default:
                    values[text] = flaw == ReferenceFlaw.AllAddsUp ? old + value : value;
                    break;
            }
        }

        return values;
    }

    private Dictionary<string, double> Histogram(Family family)
    {
        var series = Sums(family.Entries.Where(e => !e.Labels.Exists(l => l.Name == "le")));
        foreach (var group in family.Entries.Where(e => e.Labels.Exists(l => l.Name == "le")).GroupBy(e => Text("", Without(e.Labels))))
        {
            var labels = Without(group.First().Labels);
            var total = 0.0;
            foreach (var bucket in group.GroupBy(e => Bound(e.Labels)).OrderBy(b => b.Key.Value))
            {
                var own = 0.0;
                foreach (var entry in bucket)
                {
                    own += entry.Value;
                }

                total = flaw == ReferenceFlaw.BucketsAreNotAddedUp ? own : total + own;
                series[Text(family.Name + "_bucket", [.. labels, ("le", bucket.Key.Text)])] = total;
            }

            var count = Text(family.Name + "_count", labels);
            series[count] = flaw == ReferenceFlaw.CountIsTheStoredOne && series.TryGetValue(count, out var stored) ? stored : total;
        }

        return series;
    }

    private static List<(string Name, string Value)> Without(List<(string Name, string Value)> labels) => [.. labels.Where(l => l.Name != "le")];

    private (double Value, string Text) Bound(List<(string Name, string Value)> labels)
    {
        var text = labels.Find(l => l.Name == "le").Value;
        var (value, canonical, _) = RandomDirectory.Bounds.Single(b => b.Texts.Contains(text));
        return (value, flaw == ReferenceFlaw.BoundsAreTexts ? text : canonical);
    }

    private string Text(string sample, List<(string Name, string Value)> labels)
    {
        if (labels.Count == 0)
        {
            return sample;
        }

        IEnumerable<(string Name, string Value)> sorted = flaw == ReferenceFlaw.LabelsInOrderOfTheFile ? labels : labels.OrderBy(l => l.Name, StringComparer.Ordinal);
        return $"{sample}{{{string.Join(',', sorted.Select(l => $"{l.Name}=\"{l.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}}}";
    }

    private sealed class Family(string name, string type)
    {
        internal string Name { get; } = name;

        internal string Printed => Type == "counter" ? Name + "_total" : Name;

        internal string Type { get; set; } = type;

        internal string Help { get; set; } = "";

        internal string Mode { get; set; } = "";

        internal bool IsShadowed { get; set; }

        internal List<(string Sample, List<(string Name, string Value)> Labels, string Pid, double Value, double Time)> Entries { get; } = [];
    }
}
