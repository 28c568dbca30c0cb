using System.Globalization;
using System.Text;

namespace DynamoAspire.Metrics.FuzzTests.Multiprocess;

/// <summary>
/// A directory of few names and many meetings: types and helps that clash, all gauge modes, both generations side by side, bounds that differ, values that are no numbers, labels in any order and
/// spelling. It writes bytes itself, so that nothing under test has a hand in it, and changes step by step as processes come, write and go.
/// </summary>
internal sealed class RandomDirectory
{
    /// <summary>Bounds as files may spell them, and as they are reported.</summary>
    internal static readonly (double Value, string Canonical, string[] Texts)[] Bounds =
    [
        (-1, "-1.0", ["-1", "-1.0"]),
        (0.005, "0.005", ["0.005", "5e-3"]),
        (1, "1.0", ["1", "1.0", "1e0"]),
        (2.5, "2.5", ["2.5", "2.50"]),
        (1e6, "1e+06", ["1000000", "1e+06", "1000000.0"]),
        (double.PositiveInfinity, "+Inf", ["+Inf"]),
    ];

    private static readonly string[] s_types = ["counter", "gauge", "histogram", "summary", "unknown"];
    private static readonly string[] s_modes = ["all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent"];
    /// <summary>Names that all types have in common; a counter <c>b</c> and another's <c>b_total</c> are printed alike.</summary>
    private static readonly string[] s_names = ["a", "b", "b_total", "vllm:c", "d"];
    private static readonly string[] s_texts = ["", "x", "ü\n\"\\", "😀", "0.5", "} {,="];
    private static readonly string[] s_labels = ["z", "pid", "l", "Q"];
    private static readonly string[] s_pids = ["1", "2", "10", "engine-a", "77"];
    private static readonly double[] s_values = [0, -0.0, 1, 2.5, -3, 0.1, 0.2, 1e300, -1e300, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly double[] s_times = [0, 1, 1, 2, 2, 1.5, -1, double.NaN];

    private readonly string _path;
    private readonly Random _random;
    private readonly Dictionary<string, List<string>> _layouts = [];
    private readonly Dictionary<string, Content> _files = [];

    internal RandomDirectory(string path, int seed)
    {
        _path = path;
        _random = new Random(seed);
        Directory.CreateDirectory(path);
        for (var i = 3 + _random.Next(12); i > 0; i--)
        {
            Come();
        }
    }

    /// <summary>Some files are written, grow, are replaced, come or go.</summary>
    internal void Change()
    {
        for (var i = 1 + _random.Next(4); i > 0; i--)
        {
            var name = Any([.. _files.Keys]);
            switch (_files.Count == 0 ? 0 : _random.Next(6))
            {
                case 0:
                    Come();
                    break;
                case 1:
                    _files.Remove(name);
                    File.Delete(Path.Combine(_path, name));
                    break;
                case 2:
                    _files[name] = Fill(name);
                    Write(name, isReplaced: _random.Next(2) == 0);
                    break;
                case 3:
                    _files[name].Entries.Add(Entry(Key(name.Split('_')[0])));
                    Write(name, isReplaced: false);
                    break;
                default:
                    var entries = _files[name].Entries;
                    for (var j = 0; j < entries.Count; j++)
                    {
                        entries[j] = _random.Next(2) == 0 ? Entry(entries[j].Key) : entries[j];
                    }

                    Write(name, isReplaced: false);
                    break;
            }
        }
    }

    private void Come()
    {
        var type = _random.Next(3) == 0 ? "gauge" : Any(s_types);
        var name = type == "gauge" ? $"gauge_{Any(s_modes)}_{Any(s_pids)}.db" : $"{type}_{Any(s_pids)}.db";
        _files[name] = Fill(name);
        Write(name, isReplaced: false);
    }

    /// <summary>Most processes make the same entries in the same order, or the first of them.</summary>
    private Content Fill(string name)
    {
        var type = name.Split('_')[0];
        if (!_layouts.TryGetValue(type, out var layout))
        {
            _layouts[type] = layout = [.. Enumerable.Range(0, 1 + _random.Next(16)).Select(_ => Key(type))];
        }

        IEnumerable<string> keys = _random.Next(4) switch
        {
            0 => layout.Take(_random.Next(layout.Count + 1)),
            1 => Enumerable.Range(0, _random.Next(6)).Select(_ => Key(type)),
            _ => layout,
        };
        return new Content(_random.Next(3) != 0, [.. keys.Select(Entry)]);
    }

    private (string Key, double Value, double Time) Entry(string key) =>
        (key, _random.Next(3) == 0 ? _random.NextDouble() * 100 : Any(s_values), Any(s_times));

    private string Key(string type)
    {
        var family = _random.Next(6) == 0 ? Any(s_names) : $"{type}{_random.Next(2)}";
        var suffix = type switch
        {
            "counter" => "_total",
            "histogram" => Any(["_bucket", "_bucket", "_bucket", "_sum", "_count"]),
            "summary" => Any(["_sum", "_count"]),
            _ => "",
        };
        List<(string Name, string Value)> labels = _random.Next(3) switch
        {
            0 => [],
            1 => [("l", "x")],
            _ => [.. s_labels.Where(_ => _random.Next(2) == 0).Select(l => (l, Any(s_texts)))],
        };
        if (suffix == "_bucket")
        {
            labels.Add(("le", Any(Any(Bounds).Texts)));
        }

        // Python sorts the labels and puts one space; others need not.
        var (comma, colon) = _random.Next(4) == 0 ? (",", ":") : (", ", ": ");
        var sorted = _random.Next(4) == 0 ? labels.OrderBy(_ => _random.Next()) : labels.OrderBy(l => l.Name, StringComparer.Ordinal);
        var help = Any(["help", "help", "help", "other ü\n", ""]);
        return $"[{Json(family)}{comma}{Json(family + suffix)}{comma}{{{string.Join(comma, sorted.Select(l => Json(l.Name) + colon + Json(l.Value)))}}}{comma}{Json(help)}]";
    }

    private string Json(string text)
    {
        var isAscii = _random.Next(4) != 0;
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                '\n' => json.Append("\\n"),
                > '~' when isAscii => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"').ToString();
    }

    private void Write(string name, bool isReplaced)
    {
        // Writers record times in these modes only.
        var isMostRecent = name.Contains("mostrecent", StringComparison.Ordinal);
        var content = _files[name];
        var bytes = new List<byte>(new byte[8]);
        foreach (var (key, value, time) in content.Entries)
        {
            var text = Encoding.UTF8.GetBytes(key);
            bytes.AddRange(BitConverter.GetBytes(text.Length));
            bytes.AddRange(text);
            bytes.AddRange(Enumerable.Repeat((byte)' ', 8 - ((text.Length + 4) % 8)));
            bytes.AddRange(BitConverter.GetBytes(value));
            bytes.AddRange(content.HasTimes ? BitConverter.GetBytes(isMostRecent ? time : 0.0) : []);
        }

        var used = bytes.Count;
        bytes.AddRange(new byte[64 * _random.Next(200)]);
        var whole = bytes.ToArray();
        BitConverter.TryWriteBytes(whole, used);
        var path = Path.Combine(_path, name);
        if (isReplaced)
        {
            File.WriteAllBytes(path + ".new", whole);
            File.Move(path + ".new", path, overwrite: true);
        }
        else
        {
            File.WriteAllBytes(path, whole);
        }
    }

    private T Any<T>(IReadOnlyList<T> of) => of.Count == 0 ? default! : of[_random.Next(of.Count)];

    private sealed record Content(bool HasTimes, List<(string Key, double Value, double Time)> Entries);
}
