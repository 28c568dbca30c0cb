using System.Buffers;
using System.Text;
using System.Text.Json;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.Queries;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Queries;

public sealed class LocalIndexerTests
{
    private static readonly WorkerRank s_worker = new(ulong.MaxValue, 1);

    private readonly PrefixIndex _index = new(KvClearScope.Rank);
    private readonly RouterEvent _event = new() { WorkerId = ulong.MaxValue, DpRank = 1 };

    [Theory]
    [InlineData(9UL, 8UL, KvAnswerKind.InvalidRange)]
    [InlineData(null, null, KvAnswerKind.TreeDump)]
    [InlineData(null, 3UL, KvAnswerKind.TreeDump)]
    [InlineData(201UL, null, KvAnswerKind.TooNew)]
    [InlineData(201UL, 300UL, KvAnswerKind.TooNew)]
    [InlineData(100UL, 150UL, KvAnswerKind.TreeDump)]
    [InlineData(101UL, null, KvAnswerKind.Events)]
    [InlineData(200UL, 900UL, KvAnswerKind.Events)]
    public void Answer_Questions_AreDecidedInDynamosOrder(ulong? start, ulong? end, KvAnswerKind expected) =>
        Assert.Equal(expected, Filled(200, capacity: 100).Answer(new KvQueryRequest(ulong.MaxValue, start, end), default, new ArrayBufferWriter<byte>()));

    [Fact]
    public void Answer_EmptyRing_IsTheTreeWhateverTheStart()
    {
        var indexer = new LocalIndexer(s_worker, _index);
        indexer.Resume(77);
        Assert.Equal("""{"TreeDump":{"events":[],"last_event_id":77}}""", Answer(indexer, 900, null));
        Assert.Equal(KvAnswerKind.InvalidRange, indexer.Answer(new KvQueryRequest(ulong.MaxValue, 5, 4), default, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void Answer_Shapes_AreExact()
    {
        var indexer = Filled(3, capacity: 2);
        const string Two = """{"worker_id":18446744073709551615,"event":{"event_id":2,"data":{"stored":{"parent_hash":100,"blocks":[{"block_hash":200,"tokens_hash":2,"mm_extra_info":null}]}},"dp_rank":1}}""";
        const string Three = """{"worker_id":18446744073709551615,"event":{"event_id":3,"data":{"stored":{"parent_hash":200,"blocks":[{"block_hash":300,"tokens_hash":3,"mm_extra_info":null}]}},"dp_rank":1}}""";
        Assert.Equal("{\"Events\":{\"events\":[" + Two + "," + Three + "],\"last_event_id\":3}}", Answer(indexer, 2, null));
        Assert.Equal("{\"Events\":[" + Two + "]}", Answer(indexer, 2, 2, KvAnswerShape.EventsOnly));
        Assert.Equal("""{"TooNew":{"requested_start":4,"requested_end":null,"newest_available":3}}""", Answer(indexer, 4, null));
        Assert.Equal("""{"InvalidRange":{"start_id":4,"end_id":3}}""", Answer(indexer, 4, 3));
        using var dump = JsonDocument.Parse(Answer(indexer, null, null));
        Assert.Equal(3, dump.RootElement.GetProperty("TreeDump").GetProperty("last_event_id").GetInt32());
        Assert.Equal([0, 1, 2], dump.RootElement.GetProperty("TreeDump").GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event").GetProperty("event_id").GetInt32()));
        using var old = JsonDocument.Parse(Answer(indexer, 1, null, KvAnswerShape.EventsOnly));
        Assert.Equal(3, old.RootElement.GetProperty("TreeDump").GetArrayLength());
    }

    [Fact]
    public void Answer_WrongWorkerOrRank_IsAnError()
    {
        var indexer = Filled(1, capacity: 2);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(KvAnswerKind.Error, indexer.Answer(new KvQueryRequest(4), default, output));
        Assert.Equal("""{"Error":"this is worker 18446744073709551615 rank 1"}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(KvAnswerKind.Error, indexer.Answer(new KvQueryRequest(ulong.MaxValue, DpRank: 0), default, output));
        Assert.Equal(KvAnswerKind.TreeDump, indexer.Answer(new KvQueryRequest(ulong.MaxValue, DpRank: 1), default, output));
    }

    [Fact]
    public void Record_IdsOutOfOrder_AreKeptAndCounted()
    {
        var indexer = Filled(3, capacity: 10);
        _event.EventId = 9;
        indexer.Record(_event);
        Assert.Equal(1, indexer.NonConsecutive);
        Assert.Equal(4, indexer.Count);
        Assert.Contains("\"last_event_id\":9", Answer(indexer, 9, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"worker_id":18446744073709551615,"start_event_id":null,"end_event_id":null}""", true)]
    [InlineData("""{"kind":"x","supports_tree_dump_failed":true,"worker_id":1,"start_event_id":5,"extra":{"a":[1]},"dp_rank":3}""", true)]
    [InlineData("""{"start_event_id":5}""", false)]
    [InlineData("""{"worker_id":-1}""", false)]
    [InlineData("""{"worker_id":1,"dp_rank":4294967296}""", false)]
    [InlineData("""{"worker_id":1} x""", false)]
    [InlineData("""[1]""", false)]
    [InlineData("", false)]
    public void TryParse_Requests_TakesOldAndNewOnes(string json, bool expected) =>
        Assert.Equal(expected, KvQueryRequest.TryParse(Encoding.UTF8.GetBytes(json), out _));

    private LocalIndexer Filled(int events, int capacity)
    {
        var indexer = new LocalIndexer(s_worker, _index, capacity);
        for (var id = 1UL; id <= (ulong)events; id++)
        {
            _event.EventId = id;
            _event.Reset(RouterEventKind.Stored);
            _event.ParentHash = id == 1 ? null : (id - 1) * 100;
            _event.AddBlock(id * 100, id);
            Assert.Equal(KvIndexStatus.Ok, _index.Apply(_event));
            indexer.Record(_event);
        }

        return indexer;
    }

    private static string Answer(LocalIndexer indexer, ulong? start, ulong? end, KvAnswerShape shape = KvAnswerShape.WithLastEventId)
    {
        var output = new ArrayBufferWriter<byte>();
        indexer.Answer(new KvQueryRequest(ulong.MaxValue, start, end), shape, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
