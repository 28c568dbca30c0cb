namespace DynamoAspire.Metrics.Registry;

/// <summary>A double that threads change together.</summary>
internal struct AtomicDouble
{
    private long _bits;

    internal double Value
    {
        readonly get => BitConverter.Int64BitsToDouble(Volatile.Read(in _bits));
        set => Volatile.Write(ref _bits, BitConverter.DoubleToInt64Bits(value));
    }

    internal void Add(double amount)
    {
        var seen = Volatile.Read(ref _bits);
        while (true)
        {
            var wanted = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + amount);
            var found = Interlocked.CompareExchange(ref _bits, wanted, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
