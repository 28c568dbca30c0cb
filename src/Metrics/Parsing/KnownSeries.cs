using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>A series of a target: what was worked out when it was first seen, and what the body at hand has said of it.</summary>
internal sealed class KnownSeries(Series series)
{
    internal Series Series { get; } = series;

    /// <summary>Number of the body in which it was last seen.</summary>
    internal int Stamp { get; set; }

    /// <summary>Its time in that body.</summary>
    internal long Timestamp { get; set; }

    /// <summary>Where in the body its line stood; a hint, checked when used.</summary>
    internal int Position { get; set; } = -1;

    /// <summary>The same for all samples of its metric, see <see cref="Model.Series.Group"/>.</summary>
    internal ulong Group { get; set; } = series.Group;

    /// <summary>Bound of a bucket or a quantile; NaN if it has none.</summary>
    internal double Bound { get; set; } = double.NaN;

    internal Exemplar? Exemplar { get; private set; }

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
