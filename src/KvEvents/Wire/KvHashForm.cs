namespace DynamoAspire.KvEvents.Wire;

/// <summary>How block hashes are written.</summary>
public enum KvHashForm
{
    /// <summary>Unsigned 64-bit integers: vLLM's default.</summary>
    UInt64 = 0,

    /// <summary>Signed 64-bit integers with the same bits, as the first versions sent them.</summary>
    Int64,

    /// <summary>Digests of 32 bytes (<c>VLLM_KV_EVENTS_USE_INT_BLOCK_HASHES=0</c>); their last eight bytes, big-endian, are the integer form.</summary>
    Digest,
}
