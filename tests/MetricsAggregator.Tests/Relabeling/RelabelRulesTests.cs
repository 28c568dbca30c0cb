using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Tests.Relabeling;

/// <summary>Rules with the meaning that Prometheus' own tests of relabeling give them.</summary>
public sealed class RelabelRulesTests
{
    [Fact]
    public void Replace_Match_SetsTheTargetFromGroups() =>
        Assert.Equal("a=foo,b=bar,d=ch-oo-ch", Apply("a=foo,b=bar", new RelabelOptions { SourceLabels = ["a"], Regex = "f(.*)", TargetLabel = "d", Replacement = "ch-${1}-ch" }));

    [Fact]
    public void Replace_PartOfTheText_DoesNotMatch() =>
        Assert.Equal("a=foo", Apply("a=foo", new RelabelOptions { SourceLabels = ["a"], Regex = "o+", TargetLabel = "d", Replacement = "x" }));

    [Fact]
    public void Replace_SeveralSources_AreJoined() =>
        Assert.Equal("a=foo,b=bar,c=foo|bar", Apply("a=foo,b=bar", new RelabelOptions { SourceLabels = ["a", "b"], Separator = "|", TargetLabel = "c" }));

    [Fact]
    public void Replace_EmptyResult_RemovesTheLabel() =>
        Assert.Equal("b=bar", Apply("a=foo,b=bar", new RelabelOptions { SourceLabels = ["a"], TargetLabel = "a", Replacement = "" }));

    [Fact]
    public void Replace_TargetFromAGroup_IsExpanded() =>
        Assert.Equal("a=some-name-value,name=value", Apply("a=some-name-value", new RelabelOptions { SourceLabels = ["a"], Regex = "some-([^-]+)-([^,]+)", TargetLabel = "${1}", Replacement = "${2}" }));

    [Fact]
    public void Replace_TargetThatIsNoName_ChangesNothing() =>
        Assert.Equal("a=some-2-value", Apply("a=some-2-value", new RelabelOptions { SourceLabels = ["a"], Regex = "some-([^-]+)-([^,]+)", TargetLabel = "${1}", Replacement = "${2}" }));

    [Theory]
    [InlineData("$1x", "")]
    [InlineData("${1}x", "foox")]
    [InlineData("$$1", "$1")]
    [InlineData("${n}!", "foo!")]
    [InlineData("$", "$")]
    [InlineData("$7.", ".")]
    public void Replace_Template_FollowsGo(string replacement, string expected) =>
        Assert.Equal("a=foo" + (expected.Length > 0 ? ",b=" + expected : ""), Apply("a=foo", new RelabelOptions { SourceLabels = ["a"], Regex = "(?P<n>.*)", TargetLabel = "b", Replacement = replacement }));

    [Theory]
    [InlineData(RelabelAction.Keep, "fo+", true)]
    [InlineData(RelabelAction.Keep, "f", false)]
    [InlineData(RelabelAction.Drop, "fo+", false)]
    [InlineData(RelabelAction.Drop, "f", true)]
    public void KeepAndDrop_Decide(RelabelAction action, string regex, bool stays) =>
        Assert.Equal(stays ? "a=foo" : null, Apply("a=foo", new RelabelOptions { SourceLabels = ["a"], Regex = regex, Action = action }));

    [Fact]
    public void KeepEqualAndDropEqual_CompareWithTheTarget()
    {
        Assert.Equal("a=x,b=x", Apply("a=x,b=x", new RelabelOptions { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.KeepEqual }));
        Assert.Null(Apply("a=x,b=y", new RelabelOptions { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.KeepEqual }));
        Assert.Null(Apply("a=x,b=x", new RelabelOptions { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.DropEqual }));
    }

    [Fact]
    public void LabelMap_CopiesByName() =>
        Assert.Equal("__meta_pod=p,pod=p", Apply("__meta_pod=p", new RelabelOptions { Regex = "__meta_(.+)", Action = RelabelAction.LabelMap }));

    [Fact]
    public void LabelDropAndLabelKeep_GoByName()
    {
        Assert.Equal("a=1", Apply("a=1,b1=2,b2=3", new RelabelOptions { Regex = "b.*", Action = RelabelAction.LabelDrop }));
        Assert.Equal("b1=2,b2=3", Apply("a=1,b1=2,b2=3", new RelabelOptions { Regex = "b.*", Action = RelabelAction.LabelKeep }));
    }

    [Fact]
    public void Case_IsChanged()
    {
        Assert.Equal("a=Foo,b=foo", Apply("a=Foo", new RelabelOptions { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.Lowercase }));
        Assert.Equal("a=Foo,b=FOO", Apply("a=Foo", new RelabelOptions { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.Uppercase }));
    }

    [Fact]
    public void Rules_AfterADrop_AreNotApplied() =>
        Assert.Null(Apply("a=1", new RelabelOptions { SourceLabels = ["a"], Regex = "1", Action = RelabelAction.Drop }, new RelabelOptions { SourceLabels = ["a"], TargetLabel = "a", Replacement = "2" }));

    [Theory]
    [InlineData("a.b", "a\nb", true)]
    [InlineData("foo$", "foo\n", false)]
    [InlineData(@"\d+", "٣", false)]
    [InlineData(@"[\d\w]+", "a_9", true)]
    [InlineData("[[:alpha:]]+", "abc", true)]
    [InlineData("[[:alpha:]]+", "abc1", false)]
    [InlineData("[^]a]", "b", true)]
    [InlineData("[^]a]", "]", false)]
    [InlineData("[^^]", "^", false)]
    [InlineData("[]a]+", "a]", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("(?i)FOO", "foo", true)]
    public void Re2_Spellings_AreUnderstood(string pattern, string text, bool matches) => Assert.Equal(matches, Re2Pattern.Compile(pattern).IsMatch(text));

    [Theory]
    [InlineData("(")]
    [InlineData("(?=a)")]
    [InlineData(@"(a)\1")]
    public void Re2_WhatItDoesNotHave_IsRefused(string pattern)
    {
        Assert.False(Re2Pattern.TryCompile(pattern, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    private static string? Apply(string labels, params RelabelOptions[] rules)
    {
        var bag = new LabelBag();
        foreach (var pair in labels.Split(','))
        {
            bag.Set(pair.Split('=')[0], pair.Split('=')[1]);
        }

        return new RelabelRules(rules).Apply(bag) ? string.Join(',', bag.All.Select(l => $"{l.Key}={l.Value}")) : null;
    }
}
