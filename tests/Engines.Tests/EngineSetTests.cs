using DynamoAspire.Engines.Configuration;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines.Tests;

public class EngineSetTests
{
    [Fact]
    public void FromConfiguration_FullEngine_DerivesEverything()
    {
        var set = EngineSet.FromConfiguration(Settings.Of(
            ("Engines:0:Name", "e0"), ("Engines:0:Model", "m/8b"), ("Engines:0:DpStart", "1"), ("Engines:0:DpSize", "2"), ("Engines:0:WorkerId", "3735928559"),
            ("Engines:0:KvEvents", "tcp://*:5557"), ("Engines:0:KvReplay", "tcp://*:6557"), ("Engines:0:StatsUrl", "tcp://0.0.0.0:5600"),
            ("Engines:0:MetricsUrl", "http://engine/engines/e0/metrics"), ("services:engine:http:0", "http://127.0.0.1:9430"), ("Engines:0:MultiprocDir", "/tmp/e0")));

        var engine = Assert.Single(set);
        Assert.Equal(3735928559UL, engine.WorkerId);
        Assert.Equal("deadbeef", engine.Identity.WorkerIdText);
        Assert.Equal("http://127.0.0.1:9430/engines/e0/metrics", engine.MetricsUrl!.AbsoluteUri);
        Assert.Null(engine.HealthUrl);
        Assert.Equal("tcp://127.0.0.1:5600", engine.StatsConnect);
        Assert.Equal([1, 2], engine.Ranks.Select(r => r.Rank));
        Assert.Equal("tcp://127.0.0.1:5559", engine.Ranks[1].KvEventsConnect);
        Assert.Equal("tcp://*:5559", engine.Ranks[1].KvEventsBind);
        Assert.Equal("tcp://127.0.0.1:6558", engine.Ranks[0].KvReplayConnect);
        Assert.Equal(
            [new("dp_rank", "2"), new("engine_name", "e0"), new("model_name", "m/8b"), new("worker_id", "deadbeef")],
            engine.Ranks[1].Labels);
        Assert.Equal([new("engine_name", "e0"), new("model_name", "m/8b"), new("worker_id", "deadbeef")], engine.Identity.Labels());
        Assert.Same(engine, set.FindByName("e0"));
        Assert.Same(engine, set.FindByWorkerId(3735928559));
        Assert.Same(engine.Ranks[0], engine.FindRank(1));
        Assert.Null(engine.FindRank(0));
        Assert.Null(engine.FindRank(3));
        Assert.Null(engine.FindRank(long.MaxValue));
    }

    // Worker ids are on wires and in dashboards: a change of the rule would orphan both. Computed with libxxhash 0.8.1 (XXH3_64bits, seed 0).
    [Theory]
    [InlineData("dynamo", "backend", "engine-0", 427534880342533UL)]
    [InlineData("dynamo", "backend", "engine-1", 8498237665174771UL)]
    [InlineData("prod", "decode", "größe", 2484822096172350UL)]
    public void DeriveWorkerId_KnownNames_IsStable(string ns, string component, string name, ulong expected)
    {
        Assert.Equal(expected, EngineIdentity.DeriveWorkerId(ns, component, name));
        Assert.InRange(expected, 0UL, (1UL << 53) - 1);
    }

    [Fact]
    public void FromConfiguration_ManyMistakes_AreAllReportedAtOnce()
    {
        var e = Assert.Throws<ConfigurationInvalidException>(() => EngineSet.FromConfiguration(Settings.Of(
            ("Engines:0:Name", "a"), ("Engines:0:DpSize", "0"), ("Engines:0:BlokSize", "16"), ("Engines:0:KvEvents", "localhost:5557"),
            ("Engines:1:Name", "b c"), ("Engines:1:Namespace", "x.y"), ("Engines:1:KvReplay", "tcp://h:65535"), ("Engines:1:DpSize", "2"),
            ("Engines:2:MetricsUrl", "file:///etc/passwd"), ("Engines:2:HealthUrl", "http://169.254.169.254/latest"), ("Engines:2:BlockSize", "-1"))));

        Assert.Equal(
            [
                "Engines:0:BlokSize", "Engines:0:DpSize", "Engines:0:KvEvents",
                "Engines:1:KvReplay", "Engines:1:KvReplay", "Engines:1:Name", "Engines:1:Namespace",
                "Engines:2:BlockSize", "Engines:2:HealthUrl", "Engines:2:MetricsUrl", "Engines:2:Name",
            ],
            e.Problems.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Contains("did you mean BlockSize?", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_SameWorkerIdTwice_IsRefused() => AssertProblem("Engines:1:WorkerId", "worker id of engine 0 ('a')",
        new() { Name = "a", WorkerId = 7 }, new() { Name = "b", WorkerId = 7 });

    [Fact]
    public void Create_ExplicitIdEqualToADerivedOne_IsRefused() => AssertProblem("Engines:1:WorkerId", "worker id of engine 0",
        new() { Name = "a" }, new() { Name = "b", WorkerId = EngineIdentity.DeriveWorkerId("dynamo", "backend", "a") });

    [Fact]
    public void Create_SameNameTwice_IsRefusedOnce() => AssertProblem("Engines:1:Name", "name of engine 0 too", new() { Name = "a" }, new() { Name = "a" });

    [Fact]
    public void Create_SameMultiprocDirTwice_IsRefused() => AssertProblem("Engines:1:MultiprocDir", "count twice",
        new() { Name = "a", MultiprocDir = "/tmp/x" }, new() { Name = "b", MultiprocDir = "/tmp/x/" });

    [Fact]
    public void Create_ReplayWithinTheEventsOfTheSameEngine_IsRefused() => AssertProblem("Engines:0:KvReplay", "overlap the ports 5557-5560 of Engines:0:KvEvents",
        new EngineOptions { Name = "a", DpSize = 4, KvEvents = "tcp://*:5557", KvReplay = "tcp://localhost:5560" });

    [Fact]
    public void Create_EventsOverlappingAnotherEngine_IsRefused() => AssertProblem("Engines:1:KvEvents", "ports 5558-5559 on 127.0.0.1 overlap",
        new() { Name = "a", DpSize = 2, KvEvents = "tcp://127.0.0.1:5557" }, new() { Name = "b", DpSize = 2, KvEvents = "tcp://0.0.0.0:5558" });

    [Fact]
    public void Create_NeighbouringRangesAndOtherHosts_AreAccepted() => Assert.Equal(3, EngineSet.Create(
        new EngineOptions { Name = "a", DpSize = 2, KvEvents = "tcp://127.0.0.1:5557" },
        new EngineOptions { Name = "b", DpStart = 2, DpSize = 2, KvEvents = "tcp://127.0.0.1:5557" },
        new EngineOptions { Name = "c", DpSize = 2, KvEvents = "tcp://10.0.0.1:5557" }).Count);

    [Fact]
    public void FromConfiguration_NoEngines_IsEmpty() => Assert.Empty(EngineSet.FromConfiguration(Settings.Of()));

    [Fact]
    public void FromConfiguration_ScalarForTheList_IsReported() =>
        Assert.Throws<ConfigurationInvalidException>(() => EngineSet.FromConfiguration(Settings.Of(("Engines", "vllm"))));

    [Fact]
    public void FromConfiguration_MoreThanTenEngines_KeepsTheirOrder()
    {
        var values = Enumerable.Range(0, 12).Select(i => ($"Engines:{i}:Name", (string?)$"e{i}")).ToArray();

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"e{i}"), EngineSet.FromConfiguration(Settings.Of(values)).Select(e => e.Name));
    }

    [Fact]
    public void ToConfiguration_ReadBack_IsEqual()
    {
        var options = new EngineOptions
        {
            Name = "a",
            WorkerId = ulong.MaxValue,
            Namespace = "n",
            Component = "c",
            Endpoint = "e",
            Model = "m",
            BlockSize = 32,
            DpStart = 1,
            DpSize = 3,
            KvEvents = "tcp://*:5557",
            KvReplay = "tcp://*:6557",
            KvTopic = "kv",
            StatsUrl = "tcp://h:5600",
            MetricsUrl = "http://h/m",
            HealthUrl = "http://h/h",
            MultiprocDir = "/tmp/a",
        };

        Assert.Equal(typeof(EngineOptions).GetProperties().Length, options.ToConfiguration(4).Count());
        Assert.Contains(new("Engines__4__DpSize", "3"), options.ToConfiguration(4, "__"));
        var read = EngineSet.FromConfiguration(new ConfigurationBuilder().AddInMemoryCollection(options.ToConfiguration(4).Select(p => KeyValuePair.Create(p.Key, (string?)p.Value))).Build());
        Assert.Equal(options, Assert.Single(read).Options);
        Assert.Equal(new EngineOptions { Name = "b" }.ToConfiguration(0), [new("Engines:0:Name", "b")]);
    }

    private static void AssertProblem(string key, string text, params EngineOptions[] engines)
    {
        var problem = Assert.Single(Assert.Throws<ConfigurationInvalidException>(() => EngineSet.Create(engines)).Problems);
        Assert.Equal(key, problem.Key);
        Assert.Contains(text, problem.Message, StringComparison.Ordinal);
    }
}
