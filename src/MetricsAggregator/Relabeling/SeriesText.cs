using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>
/// Goes over the written form of a series, <c>name{a="x",b="y"}</c> or <c>{"the name","a label"="y"}</c>, without copying it. The form is our own writer's, so it is known to be well-formed.
/// </summary>
internal ref struct SeriesText
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    public SeriesText(Series series)
    {
        _text = series.Text;
        var brace = _text.IndexOf((byte)'{');
        Name = brace < 0 ? _text : _text[..brace];
        _at = brace < 0 ? _text.Length : brace + 1;
        if (brace == 0 && _text.Length > 1 && _text[1] == '"')
        {
            Name = Quoted();
        }
    }

    /// <summary>Name of the sample; still escaped where it is quoted.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Name of the label read last.</summary>
    public ReadOnlySpan<byte> LabelName { get; private set; }

    /// <summary>Its value, still escaped.</summary>
    public ReadOnlySpan<byte> RawValue { get; private set; }

    /// <summary>Whether the value holds escapes.</summary>
    public readonly bool IsEscaped => RawValue.Contains((byte)'\\');

    /// <summary>The value as text.</summary>
    public readonly string Value() => Unescape(RawValue);

    public bool ReadLabel()
    {
        while (_at < _text.Length && _text[_at] == ',')
        {
            _at++;
        }

        if (_at >= _text.Length || _text[_at] == '}')
        {
            return false;
        }

        if (_text[_at] == '"')
        {
            LabelName = Quoted();
        }
        else
        {
            var length = _text[_at..].IndexOf((byte)'=');
            LabelName = _text.Slice(_at, length);
            _at += length;
        }

        _at++;
        RawValue = Quoted();
        return true;
    }

    /// <summary>All labels and, as <c>__name__</c>, the name: what relabeling works on.</summary>
    public static LabelBag ToBag(Series series)
    {
        var text = new SeriesText(series);
        var bag = new LabelBag();
        bag.Set(LabelBag.NameLabel, Unescape(text.Name));
        while (text.ReadLabel())
        {
            bag.Set(Unescape(text.LabelName), text.Value());
        }

        return bag;
    }

    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(raw);
        }

        var buffer = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            var b = raw[i];
            if (b == '\\' && i + 1 < raw.Length)
            {
                b = raw[++i] == 'n' ? (byte)'\n' : raw[i];
            }

            buffer[length++] = b;
        }

        return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
    }

    private ReadOnlySpan<byte> Quoted()
    {
        var start = ++_at;
        while (_text[_at] != '"')
        {
            _at += _text[_at] == '\\' ? 2 : 1;
        }

        return _text[start.._at++];
    }
}
