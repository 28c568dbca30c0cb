namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>A label of a key, its value unescaped. Equal texts are one array wherever one worker met them.</summary>
internal readonly record struct KeyLabel(byte[] Name, byte[] Value);
