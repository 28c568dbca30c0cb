using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <content>Key-value buckets.</content>
public sealed partial class JetStreamContext
{
    private const int MostHistory = 64;
    private static readonly TimeSpan s_duplicateWindow = TimeSpan.FromMinutes(2);

    /// <summary>The bucket; created if it is not there, taken as it is if it is.</summary>
    public async ValueTask<KeyValueBucket> GetOrCreateKeyValueAsync(KeyValueConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        CheckBucket(config.Bucket);
        ArgumentOutOfRangeException.ThrowIfLessThan(config.History, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(config.History, MostHistory);

        // The layout that every client of the key-value store expects (ADR-8).
        await GetOrCreateStreamAsync(
            new StreamConfig
            {
                Name = KeyValueBucket.StreamPrefix + config.Bucket,
                Subjects = [KeyValueBucket.SubjectPrefix + config.Bucket + ".>"],
                MaxMessagesPerSubject = config.History,
                MaxAge = config.MaxAge,
                MaxBytes = config.MaxBytes,
                Storage = config.Storage,
                Replicas = config.Replicas,
                Discard = StreamDiscard.New,
                DuplicateWindow = config.MaxAge > TimeSpan.Zero && config.MaxAge < s_duplicateWindow ? config.MaxAge : s_duplicateWindow,
                AllowRollup = true,
                DenyDelete = true,
                AllowDirect = true,
            },
            cancellationToken).ConfigureAwait(false);
        return new KeyValueBucket(this, config.Bucket);
    }

    /// <summary>The existing bucket of that name, or null.</summary>
    public async ValueTask<KeyValueBucket?> GetKeyValueAsync(string bucket, CancellationToken cancellationToken = default)
    {
        CheckBucket(bucket);
        return await GetStreamAsync(KeyValueBucket.StreamPrefix + bucket, cancellationToken).ConfigureAwait(false) is null ? null : new KeyValueBucket(this, bucket);
    }

    /// <summary>Deletes a bucket with all its values; false if there is none of that name.</summary>
    public ValueTask<bool> DeleteKeyValueAsync(string bucket, CancellationToken cancellationToken = default)
    {
        CheckBucket(bucket);
        return DeleteStreamAsync(KeyValueBucket.StreamPrefix + bucket, cancellationToken);
    }

    private static void CheckBucket(string bucket)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        if (bucket.Length == 0 || !bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new NatsException(NatsError.Invalid, $"'{bucket}' is not the name of a bucket: letters, digits, '-' and '_' only.");
        }
    }
}
