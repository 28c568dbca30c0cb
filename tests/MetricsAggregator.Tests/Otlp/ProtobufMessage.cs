using Google.Protobuf;

namespace DynamoAspire.MetricsAggregator.Tests.Otlp;

/// <summary>A protobuf message read with Google's own reader, without generated code: fields by number.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, object Value)> _fields = [];

    public ProtobufMessage(ByteString bytes)
    {
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            _fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes(),
                var other => throw new InvalidDataException($"Wire type {other} is not in OTLP metrics."),
            }));
        }
    }

    public bool Has(int field) => _fields.Exists(f => f.Field == field);

    public ulong Number(int field) => _fields.Where(f => f.Field == field).Select(f => (ulong)f.Value).LastOrDefault();

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    public string Text(int field) => _fields.Where(f => f.Field == field).Select(f => ((ByteString)f.Value).ToStringUtf8()).LastOrDefault("");

    public IEnumerable<ProtobufMessage> Messages(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtobufMessage((ByteString)f.Value));

    public ulong[] Packed(int field)
    {
        var numbers = new List<ulong>();
        foreach (var (_, value) in _fields.Where(f => f.Field == field))
        {
            using var input = ((ByteString)value).CreateCodedInput();
            while (!input.IsAtEnd)
            {
                numbers.Add(input.ReadFixed64());
            }
        }

        return [.. numbers];
    }
}
