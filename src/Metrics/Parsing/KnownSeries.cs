using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>A series of a target: what was worked out when it was first seen, and what the body at hand has said of it.</summary>
internal sealed class KnownSeries(Series series)
{
    private long _timestamp;
    private int _timed;

    internal Series Series { get; } = series;

    /// <summary>Number of the body in which it was last seen.</summary>
    internal int Stamp { get; set; }

    /// <summary>As what its labels have been found good.</summary>
    internal (SampleRole Role, ExpositionFormat Format) CheckedAs { get; set; }

    /// <summary>Where in the body its line stood; a hint, checked when used.</summary>
    internal int Position { get; set; } = -1;

    /// <summary>The same for all samples of its metric, see <see cref="Model.Series.Group"/>; worked out for strict readings only.</summary>
    internal ulong Group { get; set; }

    /// <summary>Bound of a bucket or a quantile; NaN if it has none.</summary>
    internal double Bound { get; set; } = double.NaN;

    internal Exemplar? Exemplar { get; private set; }

    /// <summary>Its time in a body; none if it had none there.</summary>
    internal long TimestampIn(int body) => _timed == body ? _timestamp : Sample.NoTimestamp;

    internal void SetTimestamp(long timestamp, int body)
    {
        if (timestamp != Sample.NoTimestamp)
        {
            (_timestamp, _timed) = (timestamp, body);
        }
    }

    /// <summary>The exemplar on the line, the same object as long as it is the same text.</summary>
    internal Exemplar? WithExemplar(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            return null;
        }

        if (Exemplar is null || !Exemplar.Text.SequenceEqual(raw))
        {
            Exemplar = new Exemplar(raw);
        }

        return Exemplar;
    }
}
