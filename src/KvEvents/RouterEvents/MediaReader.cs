using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>Reads {"mm_objects":[{"mm_hash":u64,"offsets":[[start,end],…]}]}, the same on the engine's and on the router's wire.</summary>
internal static class MediaReader
{
    internal static bool TryRead(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            var taken = key.SequenceEqual("mm_objects"u8) ? TryReadObjects(ref reader, destination) : reader.TrySkip();
            if (!taken)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadObjects(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadArrayHeader(out var objects))
        {
            return false;
        }

        for (var i = 0; i < objects; i++)
        {
            if (!reader.TryReadMapHeader(out var fields))
            {
                return false;
            }

            ulong? hash = null;
            var offsetStart = destination.MediaOffsets.Length;
            for (var k = 0; k < fields; k++)
            {
                if (!reader.TryReadString(out var key))
                {
                    return false;
                }

                bool taken;
                if (key.SequenceEqual("mm_hash"u8))
                {
                    taken = reader.TryReadUInt64(out var value);
                    hash = value;
                }
                else
                {
                    taken = key.SequenceEqual("offsets"u8) ? TryReadOffsets(ref reader, destination) : reader.TrySkip();
                }

                if (!taken)
                {
                    return false;
                }
            }

            if (hash is not { } present)
            {
                return false;
            }

            destination.AddMedia(present, offsetStart);
        }

        return true;
    }

    private static bool TryReadOffsets(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadArrayHeader(out var pair) || pair != 2 || !reader.TryReadUInt64(out var start) || !reader.TryReadUInt64(out var end))
            {
                return false;
            }

            destination.AddMediaOffset(start, end);
        }

        return true;
    }
}
