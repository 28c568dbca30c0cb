using System.Text.Json.Serialization;

namespace DynamoAspire.Hosting.Prometheus;

[JsonSerializable(typeof(string))]
internal sealed partial class TextJson : JsonSerializerContext;
