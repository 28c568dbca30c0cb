using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// How a body is compared with the one before. A cursor goes along the lines remembered; while they are equal, only values are read. At a line that differs reading goes the
/// long way, and the cursor moves behind that line's series if it is known from elsewhere, so that what was put in or left out costs its own lines only.
/// </summary>
/// <remarks>Being equal to a good line proves the names, the labels and the place in a family of the same type. What depends on the rest of the body is checked again: duplicates, order, values.</remarks>
public sealed partial class ExpositionLoader
{
    private LineMemory _known = new();
    private LineMemory _next = new();
    private ExpositionFormat _knownFormat;
    private int _cursor;
    private bool _rebuilding;
    private KnownFamily? _remembered;

    private void StartMemory(ExpositionFormat format)
    {
        if (_knownFormat != format)
        {
            _known.Clear();
            _knownFormat = format;
        }

        _cursor = 0;
        _rebuilding = false;
        _remembered = null;
    }

    /// <summary>Takes the next line if it is the remembered one at the cursor; false if nothing has been read.</summary>
    private bool TakeKnown(ref ExpositionReader reader, MetricSnapshot destination, out ExpositionErrorReason reason)
    {
        reason = ExpositionErrorReason.None;
        if (_cursor >= _known.Count)
        {
            return false;
        }

        ref readonly var line = ref _known[_cursor];
        if (line.Item != ExpositionItem.Sample)
        {
            return TakeKnownMetadata(ref reader, line, out reason);
        }

        if (ReferenceEquals(_current, _begun) && _begun is not null && TakeKnownRun(ref reader, _begun, destination, out reason))
        {
            return true;
        }

        line = ref _known[_cursor];
        if (line.Item != ExpositionItem.Sample)
        {
            return false;
        }

        // Whose type has changed since has to be looked at again, as has a sample that opens its family itself.
        if (!ReferenceEquals(_current, line.Family) || _current!.Type != line.Type || !reader.TryReadKnownSample(_known.Text(_cursor)))
        {
            return false;
        }

        reason = reader.Item == ExpositionItem.Error ? reader.Error.Reason : Accept(ref reader, line.Series!, line.Family, line.Role, destination);
        if (reason == ExpositionErrorReason.None)
        {
            RememberAgain(_cursor);
        }

        _cursor++;
        return true;
    }

    /// <summary>Takes known lines of the family at hand, as many as follow each other and end in a plain number; false if there was none.</summary>
    private bool TakeKnownRun(ref ExpositionReader reader, KnownFamily family, MetricSnapshot destination, out ExpositionErrorReason reason)
    {
        reason = ExpositionErrorReason.None;
        var type = family.Type;
        var lines = _known.Lines;
        var text = _known.AllText;
        var start = _cursor;
        var rules = _rules is { JudgesSamples: true } ? _rules : null;
        while (_cursor < lines.Length)
        {
            ref readonly var line = ref lines[_cursor];
            if (line.Series is not { } series
                || !ReferenceEquals(line.Family, family)
                || line.Type != type
                || series.Stamp == _stamp
                || !reader.TryReadKnownValue(text.Slice(line.Start, line.Length), out var value))
            {
                break;
            }

            _cursor++;
            if (rules is not null)
            {
                reason = rules.Sample(line.Group, line.Bound, line.Role, value, Sample.NoTimestamp, reader.Line);
                if (reason != ExpositionErrorReason.None)
                {
                    return true;
                }
            }

            series.Stamp = _stamp;
            destination.AddPlain(line.Written!, line.HasQuotedNames, value);
            if (_rebuilding)
            {
                RememberAgain(_cursor - 1);
            }
        }

        return _cursor > start;
    }

    private bool TakeKnownMetadata(ref ExpositionReader reader, in LineMemory.Line line, out ExpositionErrorReason reason)
    {
        reason = ExpositionErrorReason.None;
        if (!reader.TrySkipKnown(_known.Text(_cursor)))
        {
            return false;
        }

        reason = Describe(line.Family, reader.Line);
        if (reason == ExpositionErrorReason.None)
        {
            reason = line.Family.Repeat(line.Item, line.Type, reader.Line);
        }

        if (reason == ExpositionErrorReason.None)
        {
            RememberAgain(_cursor);
        }

        _cursor++;
        return true;
    }

    private void RememberAgain(int index)
    {
        if (_rebuilding)
        {
            ref readonly var line = ref _known[index];
            var position = _next.Add(_known.Text(index), line.Item, line.Role, line.Family, line.Series);
            if (line.Series is { } series)
            {
                series.Position = position;
            }
        }
    }

    /// <summary>Remembers a good line that was read the long way.</summary>
    private void Remember(ReadOnlySpan<byte> text, ExpositionItem item, SampleRole role, KnownFamily family, KnownSeries? series)
    {
        if (IsAtCursor(text, item, role, family, series))
        {
            RememberAgain(_cursor++);
            return;
        }

        _newFamilies |= item != ExpositionItem.Sample || !ReferenceEquals(family, _remembered);
        _remembered = family;
        if (!_rebuilding)
        {
            _rebuilding = true;
            _next.Clear();
            _next.CopyFrom(_known, _cursor);
        }

        if (series is not null && series.Position >= 0 && series.Position < _known.Count && ReferenceEquals(_known[series.Position].Series, series))
        {
            _cursor = series.Position + 1;
        }

        var position = _next.Add(text, item, role, family, series);
        if (series is not null)
        {
            series.Position = position;
        }
    }

    private bool IsAtCursor(ReadOnlySpan<byte> text, ExpositionItem item, SampleRole role, KnownFamily family, KnownSeries? series)
    {
        if (_cursor >= _known.Count)
        {
            return false;
        }

        ref readonly var line = ref _known[_cursor];
        return line.Item == item && line.Role == role && line.Type == family.Type && ReferenceEquals(line.Family, family) && ReferenceEquals(line.Series, series) && _known.Text(_cursor).SequenceEqual(text);
    }

    private void EndMemory()
    {
        if (_rebuilding)
        {
            (_known, _next) = (_next, _known);
            _next.Clear();
        }
    }

    private KnownFamily Family(ReadOnlySpan<byte> name)
    {
        var lookup = _families.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(name, out var family))
        {
            family = new KnownFamily(name.ToArray());
            _families.Add(family.Name, family);
        }

        return family;
    }

    private KnownSeries Series(ref ExpositionReader reader)
    {
        var index = Index();
        if (index.TryFind(reader.RawSeries, out var known))
        {
            return known;
        }

        var raw = reader.RawSeries.ToArray();
        var series = _labels.Length == 0 && IsCanonical(ref reader) ? new Series(raw, reader.Name.Length) : MakeSeries(ref reader);

        return index.Add(raw, series);
    }

    /// <summary>Whether the series stands in the body as we write it: labels in order, plain names, nothing escaped and nothing in between.</summary>
    private static bool IsCanonical(ref ExpositionReader reader)
    {
        var raw = reader.RawSeries;
        if (raw.IndexOf((byte)'\\') >= 0 || reader.Name.IsEmpty || raw[0] is (byte)'{' or (byte)' ')
        {
            return false;
        }

        var length = reader.Name.Length;
        ReadOnlySpan<byte> last = default;
        var labels = reader.Labels;
        while (labels.Read())
        {
            // A quoted name is longer by its quotes than what is counted here.
            if (last.SequenceCompareTo(labels.Name) >= 0)
            {
                return false;
            }

            last = labels.Name;
            length += labels.Name.Length + labels.RawValue.Length + "=\"\",".Length;
        }

        // As many commas as labels but one, and two braces.
        return length + (last.IsEmpty ? 0 : 1) == raw.Length;
    }

    private Series MakeSeries(ref ExpositionReader reader)
    {
        _scratch.Clear();
        var labels = reader.Labels;
        while (labels.Read())
        {
            _scratch.Set(labels.UnescapedName(), labels.Value());
        }

        foreach (var (name, value) in _labels)
        {
            Add(name, value);
        }

        return _scratch.ToSeries(LabelReader.Unescape(reader.Name));
    }

    private void Add(byte[] name, byte[] value)
    {
        var own = _scratch.IndexOf(name);
        if (own >= 0 && _options.HonorLabels)
        {
            return;
        }

        if (own >= 0)
        {
            byte[] aside = [.. "exported_"u8, .. name];
            while (_scratch.IndexOf(aside) >= 0)
            {
                aside = [.. "exported_"u8, .. aside];
            }

            var kept = _scratch[own].Value;
            _scratch.RemoveAt(own);
            _scratch.Add(aside, kept);
        }

        _scratch.Add(name, value);
    }

    /// <summary>What is wrong with a family as a whole shows when it ends.</summary>
    private void EndFamily()
    {
        if (_rules is null)
        {
            return;
        }

        _rules.StartEnd();
        while (_rules.EndFamily(out var line) is var reason and not ExpositionErrorReason.None)
        {
            Report(new ExpositionError(reason, line, 1));
        }

        _rules.BeginFamily(MetricType.Unknown);
    }

    /// <summary>What is wrong with the families together; only when one has changed since the body before.</summary>
    private void EndBody()
    {
        _familiesAreGood = !_newFamilies;
        if (_rules is null || !_newFamilies || _format != ExpositionFormat.OpenMetrics)
        {
            return;
        }

        _familiesAreGood = true;
        var owners = new Dictionary<byte[], KnownFamily>(Utf8Comparer.Instance);
        foreach (var family in _families.Values.Where(f => f.Stamp == _stamp).OrderBy(f => f.Line))
        {
            var unit = family.Unit;
            if (!unit.IsEmpty && !HasUnit(family, unit))
            {
                _familiesAreGood = false;
                Report(new ExpositionError(ExpositionErrorReason.UnitMismatch, family.UnitLine, 1));
            }

            var clashes = false;
            foreach (var name in family.SampleNames)
            {
                clashes |= !owners.TryAdd(name, family);
            }

            if (clashes)
            {
                _familiesAreGood = false;
                Report(new ExpositionError(ExpositionErrorReason.NameClash, family.Line, 1));
            }
        }
    }

    private static bool HasUnit(KnownFamily family, ReadOnlySpan<byte> unit)
    {
        ReadOnlySpan<byte> name = family.Name;
        return family.Type is not (MetricType.Info or MetricType.StateSet) && name.Length > unit.Length + 1 && name.EndsWith(unit) && name[^(unit.Length + 1)] == '_';
    }

    /// <summary>Forgets what this body did not have, once that is the larger part.</summary>
    private void Sweep(int live)
    {
        if (_index is null || _index.Count <= 1024 + (live * 2))
        {
            return;
        }

        // Remembered lines hold series; one that is swept and comes back must not be known twice.
        _known.Clear();
        _index.Sweep(_stamp);
        foreach (var (name, family) in _families)
        {
            if (family.Stamp != _stamp)
            {
                _families.Remove(name);
            }
        }
    }
}
