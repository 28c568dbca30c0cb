namespace DynamoAspire.KvEvents.Wire;

/// <summary>
/// Generations of the KV-cache event wire. The A forms write an event as an array, the M forms as a map; each adds fields to the one before.
/// </summary>
public enum KvEventSchema
{
    /// <summary>vLLM, first: no medium, no rank in the batch.</summary>
    A1 = 0,

    /// <summary>A1 with the rank in the batch.</summary>
    A2,

    /// <summary>A2 with the medium.</summary>
    A3,

    /// <summary>A3 with the LoRA name.</summary>
    A4,

    /// <summary>A4 with the extra keys.</summary>
    A5,

    /// <summary>A5 with the KV-cache group.</summary>
    A6,

    /// <summary>A6 with the attention kind and its window; the last array form.</summary>
    A7,

    /// <summary>vLLM 0.24 and later: the fields of A7 as maps.</summary>
    M1,

    /// <summary>M1 with locality, ownership and session.</summary>
    M2,

    /// <summary>M2 with the fields of skipped blocks.</summary>
    M3,

    /// <summary>SGLang, array form.</summary>
    S1,

    /// <summary>SGLang, map form, with cache salt and session.</summary>
    S2,

    /// <summary>TensorRT-LLM: the fields of M1 and the locality.</summary>
    T1,
}
