using System.Globalization;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>
/// A key-value bucket, laid out as every other NATS client lays it out. Values are read from the stream's leader, so that one reads
/// what one wrote. Thread-safe.
/// </summary>
public sealed class KeyValueBucket
{
    internal const string StreamPrefix = "KV_";
    internal const string SubjectPrefix = "$KV.";

    private const string Operation = "KV-Operation";
    private const string ExpectedRevision = "Nats-Expected-Last-Subject-Sequence";
    private const int KeysPerFetch = 1_000;

    private readonly JetStreamContext _context;
    private readonly string _stream;
    private readonly string _prefix;

    internal KeyValueBucket(JetStreamContext context, string bucket)
    {
        _context = context;
        Bucket = bucket;
        _stream = StreamPrefix + bucket;
        _prefix = SubjectPrefix + bucket + ".";
    }

    /// <summary>Name of the bucket.</summary>
    public string Bucket { get; }

    /// <summary>Whether a text can be a key: letters, digits and <c>-/_=.</c>, no dot at either end, no empty part.</summary>
    public static bool IsValidKey(string key) =>
        NatsSubject.IsValid(key) && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/' or '_' or '=' or '.');

    /// <summary>The value of a key, or null if there is none or it was deleted.</summary>
    public async ValueTask<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        var message = await _context.GetLastMessageAsync(_stream, Subject(key).Value, cancellationToken).ConfigureAwait(false);
        return message is null || IsDeletion(message.Headers) ? null : new KeyValueEntry(key, message.Payload, message.Sequence, message.Time);
    }

    /// <summary>Sets a value; its revision.</summary>
    public async ValueTask<ulong> PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        (await _context.PublishAsync(Subject(key), value, cancellationToken: cancellationToken).ConfigureAwait(false)).Sequence;

    /// <summary>Sets the value of a key that has none; null if it has one.</summary>
    public async ValueTask<ulong?> CreateAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        if (await UpdateAsync(key, value, 0, cancellationToken).ConfigureAwait(false) is { } revision)
        {
            return revision;
        }

        // A deleted key has a last message too: the mark of its deletion.
        var last = await _context.GetLastMessageAsync(_stream, Subject(key).Value, cancellationToken).ConfigureAwait(false);
        return last is not null && IsDeletion(last.Headers) ? await UpdateAsync(key, value, last.Sequence, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>Sets a value if the key's revision is still the one given (0: the key was never set); the new revision, or null if it is not.</summary>
    public ValueTask<ulong?> UpdateAsync(string key, ReadOnlyMemory<byte> value, ulong revision, CancellationToken cancellationToken = default) =>
        TryPublishAsync(key, value, new NatsHeaders(), revision, cancellationToken);

    /// <summary>Deletes a key, if its revision is still the one given where one is; false if it is not. Its history stays.</summary>
    public async ValueTask<bool> DeleteAsync(string key, ulong? revision = null, CancellationToken cancellationToken = default) =>
        await TryPublishAsync(key, default, new NatsHeaders().Add(Operation, "DEL"), revision, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Deletes a key together with its history.</summary>
    public async ValueTask PurgeAsync(string key, CancellationToken cancellationToken = default) =>
        await TryPublishAsync(key, default, new NatsHeaders().Add(Operation, "PURGE").Add("Nats-Rollup", "sub"), null, cancellationToken).ConfigureAwait(false);

    /// <summary>All keys that have a value, in the order they were last set.</summary>
    public async ValueTask<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken = default)
    {
        var keys = new List<string>();
        var consumer = await _context.CreateConsumerAsync(
            _stream,
            new ConsumerConfig { FilterSubject = _prefix + ">", DeliverPolicy = DeliverPolicy.LastPerSubject, AckPolicy = AckPolicy.None, HeadersOnly = true },
            cancellationToken).ConfigureAwait(false);
        await using (consumer.ConfigureAwait(false))
        {
            for (var left = consumer.Created.Pending; left > 0;)
            {
                var batch = await consumer.FetchAsync(new FetchOptions { Batch = (int)Math.Min(KeysPerFetch, left), NoWait = true }, cancellationToken).ConfigureAwait(false);
                if (batch.Count == 0)
                {
                    break;
                }

                foreach (var message in batch)
                {
                    if (!IsDeletion(message.Headers) && message.Subject.StartsWith(_prefix, StringComparison.Ordinal))
                    {
                        keys.Add(message.Subject[_prefix.Length..]);
                    }
                }

                left = batch[^1].NumPending;
            }

            await _context.DeleteConsumerAsync(_stream, consumer.Name, cancellationToken).ConfigureAwait(false);
        }

        return keys;
    }

    private static bool IsDeletion(NatsHeaders? headers) => headers?[Operation] is "DEL" or "PURGE";

    private async ValueTask<ulong?> TryPublishAsync(string key, ReadOnlyMemory<byte> value, NatsHeaders headers, ulong? revision, CancellationToken cancellationToken)
    {
        if (revision is { } expected)
        {
            headers.Add(ExpectedRevision, expected.ToString(CultureInfo.InvariantCulture));
        }

        try
        {
            return (await _context.PublishAsync(Subject(key), value, headers: headers, cancellationToken: cancellationToken).ConfigureAwait(false)).Sequence;
        }
        catch (NatsException e) when (e.Code == JetStreamErrorCodes.WrongLastSequence)
        {
            return null;
        }
    }

    private NatsSubject Subject(string key) =>
        IsValidKey(key)
            ? new NatsSubject(_prefix + key)
            : throw new NatsException(NatsError.Invalid, $"'{key}' is not a key: letters, digits and -/_=. only, no dot at either end.");
}
