using System.Text;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Model;

/// <summary>
/// Labels of one series while it is being put together. Not a hot path: a series is made once and then kept.
/// Values are held unescaped. Not thread-safe.
/// </summary>
internal sealed class LabelSet
{
    private readonly List<(byte[] Name, byte[] Value)> _labels = [];

    internal int Count => _labels.Count;

    internal (byte[] Name, byte[] Value) this[int index] => _labels[index];

    internal void Add(string name, string value) => Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    internal void Add(byte[] name, byte[] value) => _labels.Add((name, value));

    /// <summary>Adds the label or replaces the value of the one with this name.</summary>
    internal void Set(byte[] name, byte[] value)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            _labels.Add((name, value));
        }
        else
        {
            _labels[index] = (name, value);
        }
    }

    internal int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (name.SequenceEqual(_labels[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    internal void RemoveAt(int index) => _labels.RemoveAt(index);

    internal void Clear() => _labels.Clear();

    /// <summary>Sorts by name, bytes compared: the order in which the labels are written.</summary>
    internal void Sort() => _labels.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));

    /// <summary><c>name{a="x"}</c>; a name that is not plain moves into the braces: <c>{"my.name",a="x"}</c>.</summary>
    internal Series ToSeries(ReadOnlySpan<byte> sampleName)
    {
        Sort();
        var size = (sampleName.Length * 2) + 5;
        var quoted = !PlainNames.IsPlain(sampleName, allowColon: true);
        var quotedLabel = false;
        foreach (var (name, value) in _labels)
        {
            size += ((name.Length + value.Length) * 2) + 6;
            quotedLabel |= !PlainNames.IsPlain(name, allowColon: false);
        }

        var buffer = new byte[size];
        var at = 0;
        if (quoted)
        {
            buffer[at++] = (byte)'{';
            at += LabelText.WriteQuoted(sampleName, buffer.AsSpan(at));
        }
        else
        {
            sampleName.CopyTo(buffer);
            at = sampleName.Length;
        }

        for (var i = 0; i < _labels.Count; i++)
        {
            buffer[at++] = i > 0 || quoted ? (byte)',' : (byte)'{';
            at += LabelText.Write(_labels[i].Name, _labels[i].Value, buffer.AsSpan(at));
        }

        if (quoted || _labels.Count > 0)
        {
            buffer[at++] = (byte)'}';
        }

        var text = buffer.AsSpan(0, at).ToArray();
        return quoted ? new Series(text, sampleName.ToArray()) : new Series(text, sampleName.Length, quotedLabel);
    }
}
