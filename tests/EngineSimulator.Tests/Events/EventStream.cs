using System.Buffers.Binary;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.EngineSimulator.Tests.Events;

/// <summary>Asks a simulated rank for its batches, as a consumer does.</summary>
internal static class EventStream
{
    /// <summary>All batches from a sequence number on, with their numbers.</summary>
    public static async Task<List<(ulong Sequence, byte[] Payload)>> ReplayAsync(IZmqContext context, int port, ulong start)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var dealer = context.CreateSocket(ZmqSocketType.Dealer);
        await dealer.ConnectAsync($"tcp://127.0.0.1:{port}", limit.Token);
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, start);
        await dealer.SendAsync(new ZmqFrames(default, number), limit.Token);
        var batches = new List<(ulong, byte[])>();
        while (true)
        {
            using var message = await dealer.ReceiveAsync(limit.Token);
            Assert.True(message[0].IsEmpty);
            var sequence = BinaryPrimitives.ReadUInt64BigEndian(message[message.Count - 2].Span);
            if (sequence == ulong.MaxValue)
            {
                Assert.True(message[message.Count - 1].IsEmpty);
                return batches;
            }

            batches.Add((sequence, message[message.Count - 1].ToArray()));
        }
    }

    /// <summary>What is cached after the batches.</summary>
    public static HashSet<ulong> Apply(IEnumerable<byte[]> payloads)
    {
        var cached = new HashSet<ulong>();
        var decoder = new KvBatchDecoder();
        var batch = new KvEventBatch();
        foreach (var payload in payloads)
        {
            Assert.Equal(KvBatchStatus.Ok, decoder.Decode(payload, batch));
            Assert.Empty(batch.Skipped.ToArray());
            for (var i = 0; i < batch.Count; i++)
            {
                switch (batch[i].Kind)
                {
                    case KvEventKind.Stored:
                        cached.UnionWith(batch[i].BlockHashes.ToArray());
                        break;
                    case KvEventKind.Removed:
                        cached.ExceptWith(batch[i].BlockHashes.ToArray());
                        break;
                    default:
                        cached.Clear();
                        break;
                }
            }
        }

        return cached;
    }
}
