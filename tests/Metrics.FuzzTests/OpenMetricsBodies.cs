using System.Globalization;
using System.Text;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>Bodies of OpenMetrics from a seed: families of every type as the format wants them, and the same with a few edits, of characters and of whole lines.</summary>
internal static class OpenMetricsBodies
{
    private static readonly string[] s_pieces = ["\\", "\"", "{", "}", ",", " ", "=", "#", "1", ".", "-", "e", "\\n", "é", "NaN", "+Inf", "a", "_", " # {t=\"x\"} 1", " 5", "_total", "_created"];

    internal static string Valid(int seed)
    {
        var random = new Random(seed);
        var body = new StringBuilder();
        foreach (var index in Enumerable.Range(0, 1 + random.Next(4)))
        {
            Family(body, random, index);
        }

        return body.Append("# EOF\n").ToString();
    }

    internal static string Mutated(int seed)
    {
        var random = new Random(seed);
        var lines = Valid(seed).Split('\n').ToList();
        for (var edits = 1 + random.Next(2); edits > 0; edits--)
        {
            var at = random.Next(lines.Count - 1);
            var line = lines[at];
            switch (random.Next(6))
            {
                case 0:
                    lines.RemoveAt(at);
                    break;
                case 1:
                    lines.Insert(random.Next(lines.Count), line);
                    break;
                case 2:
                    (lines[at], lines[random.Next(lines.Count - 1)]) = (lines[random.Next(lines.Count - 1)], line);
                    break;
                case 3 when line.Length > 0:
                    lines[at] = line.Remove(random.Next(line.Length), 1);
                    break;
                default:
                    lines[at] = line.Insert(random.Next(line.Length + 1), s_pieces[random.Next(s_pieces.Length)]);
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    private static void Family(StringBuilder body, Random random, int index)
    {
        string[] types = ["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"];
        var type = types[random.Next(types.Length)];
        var hasUnit = random.Next(3) == 0 && type is not ("info" or "stateset");
        var name = $"m{index}" + (hasUnit ? "_seconds" : "");
        body.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        if (random.Next(2) == 0)
        {
            body.Append(CultureInfo.InvariantCulture, $"# HELP {name} Text of \\\\ and \\\" and \\n.\n");
        }

        if (hasUnit)
        {
            body.Append(CultureInfo.InvariantCulture, $"# UNIT {name} seconds\n");
        }

        var time = random.Next(4) == 0 ? " " + random.Next(1, 100).ToString(CultureInfo.InvariantCulture) + ".5" : "";
        for (var metric = 0; metric < 1 + random.Next(3); metric++)
        {
            Metric(body, random, type, name, $"l=\"{metric}\",t=\"{new[] { "", "x", "é ✓", "a\\\\b", "q\\\"q", "n\\nn", "}{,=", "# " }[random.Next(8)]}\"", time);
        }
    }

    private static void Metric(StringBuilder body, Random random, string type, string name, string labels, string time)
    {
        var value = new[] { "0", "1.5", "-2", "1e-7", "NaN", "+Inf", "-Inf", "123456789012" }[random.Next(8)];
        var count = random.Next(1000).ToString(CultureInfo.InvariantCulture);
        var exemplar = random.Next(3) == 0 ? " # {trace=\"abc\"} 0.25 9.5" : "";
        void Line(string suffix, string more, string number, string extra = "") => body.Append(CultureInfo.InvariantCulture, $"{name}{suffix}{{{labels}{more}}} {number}{time}{extra}\n");
        switch (type)
        {
            case "counter":
                Line("_total", "", count, exemplar);
                break;
            case "histogram":
                Line("_bucket", ",le=\"0.5\"", "0", exemplar);
                Line("_bucket", ",le=\"+Inf\"", count);
                Line("_count", "", count);
                Line("_sum", "", "2.5");
                break;
            case "gaugehistogram":
                Line("_bucket", ",le=\"0.5\"", "0");
                Line("_bucket", ",le=\"+Inf\"", count, exemplar);
                Line("_gcount", "", count);
                Line("_gsum", "", "2.5");
                break;
            case "summary":
                Line("", ",quantile=\"0.5\"", "0.25");
                Line("_count", "", count);
                Line("_sum", "", "2.5");
                break;
            case "info":
                Line("_info", "", "1");
                break;
            case "stateset":
                Line("", $",{name}=\"on\"", "1");
                Line("", $",{name}=\"off\"", "0");
                break;
            default:
                Line("", "", value);
                break;
        }
    }
}
