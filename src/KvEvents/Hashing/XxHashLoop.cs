namespace DynamoAspire.KvEvents.Hashing;

/// <summary>Ways to hash long inputs; all give the same.</summary>
internal enum XxHashLoop
{
    /// <summary>Everywhere, and the oracle of the others.</summary>
    Scalar = 0,

    /// <summary>Arm, and x86 without AVX2.</summary>
    Vector128,

    /// <summary>x86 with AVX2.</summary>
    Avx2,
}
