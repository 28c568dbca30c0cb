namespace DynamoAspire.KvEvents.Conversion;

/// <summary>Which media count as the worker's cache.</summary>
public enum KvMediumRule
{
    /// <summary>
    /// Only the device (no medium, or <c>GPU</c>). A copy in host memory that goes away then does not take the device's block with it.
    /// </summary>
    DeviceOnly = 0,

    /// <summary>All, without a difference, as Dynamo's publisher of the reference generation does.</summary>
    All,
}
