using System.Text.Json;
using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <content>Streams.</content>
public sealed partial class JetStreamContext
{
    // Another process may create, change or delete the stream between two of our calls; more often than this it is not a race.
    private const int Attempts = 5;

    /// <summary>Creates the stream, or changes the existing one in what <paramref name="config"/> states; what it leaves null stays.</summary>
    public async ValueTask<StreamInfo> CreateOrUpdateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var existing = await FindAsync(config.Name, cancellationToken).ConfigureAwait(false);
                if (existing is null)
                {
                    return await CreateAsync(config, cancellationToken).ConfigureAwait(false);
                }

                return Conversions.Overlay(existing.Config, config) is { } update
                    ? Conversions.ToPublic(await CallAsync("STREAM.UPDATE." + config.Name, update, ApiJson.Default.ApiStreamInfo, cancellationToken).ConfigureAwait(false))
                    : Conversions.ToPublic(existing);
            }
            catch (NatsException e) when (attempt < Attempts && e.Code is JetStreamErrorCodes.StreamNameInUse or JetStreamErrorCodes.StreamNotFound)
            {
                // Lost a race: look again.
            }
        }
    }

    /// <summary>The existing stream as it is, or a new one.</summary>
    public async ValueTask<StreamInfo> GetOrCreateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        for (var attempt = 1; ; attempt++)
        {
            if (await GetStreamAsync(config.Name, cancellationToken).ConfigureAwait(false) is { } existing)
            {
                return existing;
            }

            try
            {
                return await CreateAsync(config, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsException e) when (attempt < Attempts && e.Code == JetStreamErrorCodes.StreamNameInUse)
            {
                // Somebody else was quicker.
            }
        }
    }

    /// <summary>The stream, or null if there is none of that name.</summary>
    public async ValueTask<StreamInfo?> GetStreamAsync(string name, CancellationToken cancellationToken = default) =>
        await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } info ? Conversions.ToPublic(info) : null;

    /// <summary>Deletes the stream; false if there is none of that name.</summary>
    public async ValueTask<bool> DeleteStreamAsync(string name, CancellationToken cancellationToken = default)
    {
        CheckName(name, "stream");
        try
        {
            await CallAsync("STREAM.DELETE." + name, default, ApiJson.Default.ApiResult, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NatsException e) when (e.Code == JetStreamErrorCodes.StreamNotFound)
        {
            return false;
        }
    }

    /// <summary>Removes messages; how many went.</summary>
    public async ValueTask<ulong> PurgeStreamAsync(string name, PurgeRequest? what = null, CancellationToken cancellationToken = default)
    {
        CheckName(name, "stream");
        var request = new ApiPurgeRequest(what?.Subject, what?.UpToSequence, what?.Keep);
        var result = await CallAsync("STREAM.PURGE." + name, request, ApiJson.Default.ApiPurgeRequest, ApiJson.Default.ApiResult, cancellationToken).ConfigureAwait(false);
        return result.Purged ?? 0;
    }

    private async ValueTask<StreamInfo> CreateAsync(StreamConfig config, CancellationToken cancellationToken) =>
        Conversions.ToPublic(await CallAsync("STREAM.CREATE." + config.Name, Conversions.ToNewApi(config), ApiJson.Default.ApiStreamConfig, ApiJson.Default.ApiStreamInfo, cancellationToken).ConfigureAwait(false));

    private async ValueTask<ApiStreamInfo?> FindAsync(string name, CancellationToken cancellationToken)
    {
        CheckName(name, "stream");
        try
        {
            return await CallAsync("STREAM.INFO." + name, default, ApiJson.Default.ApiStreamInfo, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e) when (e.Code == JetStreamErrorCodes.StreamNotFound)
        {
            return null;
        }
    }
}
