using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>A series of a target: what was worked out when it was first seen, and what the body at hand has said of it.</summary>
internal sealed class KnownSeries(Series series)
{
    // Most series never have any of it, and there are very many.
    private Rare? _rare;

    internal Series Series { get; } = series;

    /// <summary>Number of the body in which it was last seen.</summary>
    internal int Stamp { get; set; }

    /// <summary>Where in the body its line stood; a hint, checked when used.</summary>
    internal int Position { get; set; } = -1;

    /// <summary>As what its labels have been found good.</summary>
    internal (SampleRole Role, ExpositionFormat Format) CheckedAs
    {
        get => _rare?.CheckedAs ?? default;
        set => More.CheckedAs = value;
    }

    /// <summary>The same for all samples of its metric, see <see cref="Model.Series.Group"/>; worked out for strict readings only.</summary>
    internal ulong Group
    {
        get => _rare?.Group ?? 0;
        set => More.Group = value;
    }

    /// <summary>Bound of a bucket or a quantile; NaN if it has none.</summary>
    internal double Bound
    {
        get => _rare?.Bound ?? double.NaN;
        set => More.Bound = value;
    }

    private Rare More => _rare ??= new Rare();

    /// <summary>Its time in a body; none if it had none there.</summary>
    internal long TimestampIn(int body) => _rare is { } rare && rare.Timed == body ? rare.Timestamp : Sample.NoTimestamp;

    internal void SetTimestamp(long timestamp, int body)
    {
        if (timestamp != Sample.NoTimestamp)
        {
            (More.Timestamp, More.Timed) = (timestamp, body);
        }
    }

    /// <summary>The exemplar on the line, the same object as long as it is the same text.</summary>
    internal Exemplar? WithExemplar(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            return null;
        }

        var more = More;
        if (more.Exemplar is null || !more.Exemplar.Text.SequenceEqual(raw))
        {
            more.Exemplar = new Exemplar(raw);
        }

        return more.Exemplar;
    }

    /// <summary>What only strict readings, series with times and series with exemplars need.</summary>
    private sealed class Rare
    {
        public (SampleRole Role, ExpositionFormat Format) CheckedAs { get; set; }

        public ulong Group { get; set; }

        public double Bound { get; set; } = double.NaN;

        public long Timestamp { get; set; }

        public int Timed { get; set; }

        public Exemplar? Exemplar { get; set; }
    }
}
