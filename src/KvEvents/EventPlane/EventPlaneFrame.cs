using System.Buffers;
using System.Buffers.Binary;

namespace DynamoAspire.KvEvents.EventPlane;

/// <summary>Outcome of reading a frame of the ZeroMQ event plane.</summary>
public enum EventPlaneFrameStatus
{
    /// <summary>Read.</summary>
    Ok = 0,

    /// <summary>Fewer bytes than a header has.</summary>
    IncompleteHeader,

    /// <summary>Fewer bytes than the header announces.</summary>
    IncompletePayload,

    /// <summary>Another version than <see cref="EventPlaneFrame.Version"/>.</summary>
    UnsupportedVersion,
}

/// <summary>Frame of the ZeroMQ event plane: version (1 byte) · length (u32 big-endian) · envelope.</summary>
public static class EventPlaneFrame
{
    /// <summary>Version written, and the only one read.</summary>
    public const byte Version = 1;

    /// <summary>Bytes before the envelope.</summary>
    public const int HeaderLength = 5;

    /// <summary>Writes header and envelope.</summary>
    public static void Write(ReadOnlySpan<byte> envelope, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var span = output.GetSpan(HeaderLength + envelope.Length);
        span[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)envelope.Length);
        envelope.CopyTo(span[HeaderLength..]);
        output.Advance(HeaderLength + envelope.Length);
    }

    /// <summary>Reads one frame; bytes after the announced length are ignored.</summary>
    public static EventPlaneFrameStatus TryRead(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> envelope)
    {
        envelope = default;
        if (frame.Length < HeaderLength)
        {
            return EventPlaneFrameStatus.IncompleteHeader;
        }

        if (frame[0] != Version)
        {
            return EventPlaneFrameStatus.UnsupportedVersion;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(frame[1..]);
        if (length > (uint)(frame.Length - HeaderLength))
        {
            return EventPlaneFrameStatus.IncompletePayload;
        }

        envelope = frame.Slice(HeaderLength, (int)length);
        return EventPlaneFrameStatus.Ok;
    }
}
