using DynamoAspire.KvEventRelay.Links;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <content>Decode, convert, number, index, publish.</content>
internal sealed partial class Lane
{
    /// <summary>Applies the next batch in order, or the first one after a hole.</summary>
    private async ValueTask ApplyAsync(LinkMessage message, ulong fingerprint, CancellationToken cancellationToken)
    {
        await CheckDeliveryAsync(message.Sequence, cancellationToken);
        var status = _decoder.Decode(message.Payload, _batch);
        if (status == KvBatchStatus.Ok)
        {
            await ApplyBatchAsync(message.Sequence, cancellationToken);
        }

        _sequence.Applied(message.Sequence, fingerprint);
        Volatile.Write(ref _last, message.Sequence);
        Volatile.Write(ref _hasLast, true);
        Volatile.Write(ref _timestamp, _batch.Timestamp);
        Volatile.Write(ref _isSynchronised, true);
        _metrics.Batches.Inc();
        if (State == LaneState.Waiting)
        {
            State = LaneState.Live;
        }

        if (status != KvBatchStatus.Ok)
        {
            // What it said is not known, so what follows from it is not known either.
            _metrics.Undecodable(status);
            _metrics.Lost.Inc();
            if (_faultLog.Allows((int)Fault.Undecodable))
            {
                LogUndecodable(Rank, message.Sequence, KvBatchStatuses.Label(status));
            }

            await ForgetAsync(message.Sequence + 1, cancellationToken);
        }
    }

    private async ValueTask ApplyBatchAsync(ulong sequence, CancellationToken cancellationToken)
    {
        foreach (var skip in _batch.Skipped)
        {
            _publisher.Skipped(skip.Reason);
            if (_eventLog.Allows((int)skip.Reason))
            {
                LogSkipped(Rank, sequence, skip.Index, skip.Reason, skip.Field);
            }
        }

        for (var i = 0; i < _batch.Count; i++)
        {
            if (!TryConvert(i, out var index))
            {
                continue;
            }

            if (_event.Blocks.Length > _options.MaxBlocksPerMessage || _event.RemovedHashes.Length > _options.MaxBlocksPerMessage)
            {
                await ForwardInPartsAsync(sequence, index, cancellationToken);
            }
            else
            {
                _messageId.Set(_worker.WorkerId, _worker.DpRank, _epoch, sequence, index, part: 0);
                await ForwardAsync(_event, cancellationToken);
            }

            if (_event.Kind == RouterEventKind.Cleared)
            {
                // An empty cache is fully known, whatever was missed before.
                Volatile.Write(ref _isPartial, false);
            }
        }
    }

    /// <summary>Filters and converts one event of the batch into the lane's router event. Not asynchronous: views do not outlive an await.</summary>
    private bool TryConvert(int position, out int index)
    {
        var view = _batch[position];
        index = view.Index;
        _publisher.Received(view.Kind);
        var filtered = _filter.Check(view);
        if (filtered != KvFilterReason.None)
        {
            _publisher.Filtered(view.Kind, filtered);
            return false;
        }

        var issue = _converter.Convert(view, _event);
        if (issue != KvConversionIssue.None)
        {
            _publisher.Issue(view.Kind, issue);
            if (_eventLog.Allows(ConversionKey + (int)issue))
            {
                LogConversion(Rank, issue, view.BlockSize, Rank.Engine.Options.BlockSize);
            }
        }

        if (view.Kind != KvEventKind.Cleared && _event.Blocks.IsEmpty && _event.RemovedHashes.IsEmpty)
        {
            _publisher.Suspicious(view.Kind, Suspicion.NoBlocks);
        }

        if (!view.ExtraKeys.IsEmpty && HasKeys(view.ExtraKeys))
        {
            _publisher.Suspicious(view.Kind, Suspicion.ExtraKeys);
        }

        if (_batch.DataParallelRank is { } rank && rank != Rank.Rank)
        {
            _publisher.Suspicious(view.Kind, Suspicion.RankMismatch);
        }

        return true;
    }

    /// <summary>[nil, …] has none; [[…], nil] has.</summary>
    private static bool HasKeys(ReadOnlySpan<byte> extraKeys)
    {
        var reader = new KvEvents.MessagePack.MessagePackReader(extraKeys);
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadNil())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A chain of blocks cut into chains, each below the last block of the one before: routers end up with the same tree.</summary>
    private async ValueTask ForwardInPartsAsync(ulong sequence, int index, CancellationToken cancellationToken)
    {
        var count = Math.Max(_event.Blocks.Length, _event.RemovedHashes.Length);
        var part = 0;
        for (var start = 0; start < count; start += _options.MaxBlocksPerMessage, part++)
        {
            CopyPart(start, Math.Min(_options.MaxBlocksPerMessage, count - start));
            _messageId.Set(_worker.WorkerId, _worker.DpRank, _epoch, sequence, index, part);
            await ForwardAsync(_part, cancellationToken);
        }
    }

    private void CopyPart(int start, int count)
    {
        _part.Reset(_event.Kind);
        if (_event.Kind == RouterEventKind.Removed)
        {
            _part.AddRemoved(_event.RemovedHashes.Slice(start, count));
            return;
        }

        _part.ParentHash = start == 0 ? _event.ParentHash : _event.Blocks[start - 1].BlockHash;
        for (var i = start; i < start + count; i++)
        {
            _part.AddBlock(_event, i);
        }
    }

    /// <summary>Numbers an event, applies it to the index and hands it to every output, waiting for room where there is none.</summary>
    private async ValueTask ForwardAsync(RouterEvent routerEvent, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _eventId, _eventId + 1);
        routerEvent.EventId = _eventId;
        _publisher.Applied(routerEvent.Kind, _index.Apply(routerEvent));
        _hasContent = routerEvent.Kind != RouterEventKind.Cleared && (_hasContent || routerEvent.Kind == RouterEventKind.Stored);
        foreach (var output in _outputs)
        {
            while (!output.TryPublish(routerEvent, _messageId.Text))
            {
                var before = State;
                State = LaneState.Blocked;
                await output.WaitForRoomAsync(cancellationToken);
                State = before;
            }
        }

        _publisher.Accepted(routerEvent.Kind);
    }

    /// <summary>An output that had to give a message up has left a hole at its readers, as if the engine had.</summary>
    private async ValueTask CheckDeliveryAsync(ulong next, CancellationToken cancellationToken)
    {
        long given = 0;
        foreach (var output in _outputs)
        {
            given += output.Undeliverable;
        }

        if (given != _undeliverable)
        {
            _undeliverable = given;
            await LoseAsync(next, cancellationToken);
        }
    }
}
