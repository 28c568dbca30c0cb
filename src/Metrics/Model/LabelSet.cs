using System.Text;

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

    internal Series ToSeries(ReadOnlySpan<byte> sampleName)
    {
        Sort();
        var size = sampleName.Length + 2;
        foreach (var (name, value) in _labels)
        {
            size += name.Length + (value.Length * 2) + 4;
        }

        var buffer = new byte[size];
        sampleName.CopyTo(buffer);
        var at = sampleName.Length;
        if (_labels.Count > 0)
        {
            buffer[at++] = (byte)'{';
            for (var i = 0; i < _labels.Count; i++)
            {
                if (i > 0)
                {
                    buffer[at++] = (byte)',';
                }

                at += LabelText.Write(_labels[i].Name, _labels[i].Value, buffer.AsSpan(at));
            }

            buffer[at++] = (byte)'}';
        }

        return new Series(buffer.AsSpan(0, at).ToArray(), sampleName.Length);
    }
}
