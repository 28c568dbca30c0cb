using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>
/// The values that an archive is to hold, such that no total changes, not even in its last digit. Doubles add up differently in another order, and a total that falls by one last digit
/// is a reset to Prometheus: therefore the total that a collector works out in order of names is worked out with and without the folding, and the archive's value is chosen so that both are the same.
/// </summary>
internal sealed class ArchiveSums
{
    private readonly Dictionary<byte[], Sum> _byKey = new(Utf8Comparer.Instance);
    private readonly List<Sum> _sums = [];

    /// <summary>Adds an entry of a file. Files are added in order of their names.</summary>
    /// <param name="key">Key of the entry.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isFolded">Whether the file goes into the archive, or is the archive so far.</param>
    /// <param name="isAfterArchive">Whether its name sorts behind the archive's.</param>
    internal void Add(byte[] key, double value, bool isFolded, bool isAfterArchive)
    {
        if (!_byKey.TryGetValue(key, out var sum))
        {
            sum = new Sum(key);
            _byKey.Add(key, sum);
            _sums.Add(sum);
        }

        sum.Total += value;
        if (isFolded)
        {
            sum.IsArchived = true;
            sum.Archived += value;
        }
        else if (isAfterArchive)
        {
            (sum.After ??= []).Add(value);
        }
        else
        {
            sum.Before += value;
        }
    }

    /// <summary>The archive's entries, in order of first sight.</summary>
    internal IEnumerable<(byte[] Key, double Value)> Entries()
    {
        foreach (var sum in _sums)
        {
            if (!sum.IsArchived)
            {
                continue;
            }

            var off = sum.Off;
            if (off == 0 || !double.IsFinite(off))
            {
                yield return (sum.Key, sum.Archived);
            }
            else if (sum.After is null)
            {
                // No single value may lead to the very same total; two do, and entries of one key add up. Their difference is small enough to be exact.
                yield return (sum.Key, sum.Archived);
                yield return (sum.Key, off);
            }
            else
            {
                yield return (sum.Key, sum.Fit(Math.Abs(off)));
            }
        }
    }

    private sealed class Sum(byte[] key)
    {
        internal byte[] Key { get; } = key;

        internal double Total { get; set; }

        internal double Archived { get; set; }

        internal double Before { get; set; }

        internal List<double>? After { get; set; }

        internal bool IsArchived { get; set; }

        /// <summary>How far the total would be from what it is without the folding.</summary>
        internal double Off => Total - TotalWith(Archived);

        /// <summary>The smallest value with which the total is not below what it is without the folding: at most one last digit above.</summary>
        internal double Fit(double off)
        {
            // The total rises with the value, so the one looked for can be closed in on.
            var low = Archived - (4 * off);
            var high = Archived + (4 * off);
            while (true)
            {
                var middle = low + ((high - low) / 2);
                if (!(middle > low && middle < high))
                {
                    return high;
                }

                if (TotalWith(middle) < Total)
                {
                    low = middle;
                }
                else
                {
                    high = middle;
                }
            }
        }

        private double TotalWith(double archived)
        {
            var total = Before + archived;
            foreach (var value in After ?? [])
            {
                total += value;
            }

            return total;
        }
    }
}
