using System.Buffers.Text;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>
/// <c>worker-rank-epoch-sequence-index</c>, the <c>Nats-Msg-Id</c>: the same event gets the same id however often it is published.
/// Parts of an event that was split get <c>.part</c>; events that the lane makes itself have <c>lane</c> as their index.
/// </summary>
internal sealed class MessageId
{
    private readonly byte[] _text = new byte[128];
    private int _length;

    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    public void Set(ulong worker, uint rank, ulong epoch, ulong sequence, int index, int part)
    {
        Start(worker, rank, epoch, sequence);
        Add((ulong)index);
        if (part > 0)
        {
            _text[_length++] = (byte)'.';
            Add((ulong)part);
        }
    }

    public void SetLane(ulong worker, uint rank, ulong epoch, ulong sequence)
    {
        Start(worker, rank, epoch, sequence);
        "lane"u8.CopyTo(_text.AsSpan(_length));
        _length += 4;
    }

    private void Start(ulong worker, uint rank, ulong epoch, ulong sequence)
    {
        _length = 0;
        foreach (var number in (ReadOnlySpan<ulong>)[worker, rank, epoch, sequence])
        {
            Add(number);
            _text[_length++] = (byte)'-';
        }
    }

    private void Add(ulong number)
    {
        Utf8Formatter.TryFormat(number, _text.AsSpan(_length), out var written);
        _length += written;
    }
}
