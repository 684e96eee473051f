using System.Text;
using Correlation.Grains.Model;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Model;

public sealed class LabelFingerprintTests
{
    [Fact]
    public void No_labels_give_the_offset_basis() =>
        Assert.Equal("cbf29ce484222325", Of([]));

    [Fact]
    public void One_label_gives_the_published_fingerprint() =>
        Assert.Equal("7aeb20702238fd8c", Of(new() { ["alertname"] = "FeatureFreshnessBreach" }));

    [Fact]
    public void The_order_of_insertion_does_not_matter()
    {
        Assert.Equal("3825b6aad93d9341", Of(new()
        {
            ["severity"] = "page",
            ["model"] = "ranker-v7",
            ["alertname"] = "ModelLatencyHigh",
        }));
    }

    [Fact]
    public void Values_are_hashed_as_UTF8()
    {
        Assert.Equal("fba65fe8c7da000f", Of(new()
        {
            ["alertname"] = "GpuXid",
            ["gpu"] = "3",
            ["hostname"] = "gpu-node-14",
            ["note"] = "é→ü",
        }));
    }

    [Fact]
    public void Small_values_keep_their_leading_zeros() =>
        Assert.Equal("000000000000002a", new LabelFingerprint(42).ToString());

    [Fact]
    public void It_agrees_with_the_plain_definition_for_any_labels()
    {
        var names = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(name => name.Get);
        // Names that UTF-16 order and UTF-8 order sort differently.
        var awkward = Gen.Elements("", "a", "ab", "\uE000", "\uFFFD", "\U0001F642", "é", "z\U0001F642", "z\uFFFD");
        var labels = Gen.OneOf(names, awkward).Two().Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))
            .ListOf();
        Prop.ForAll(labels.ToArbitrary(), pairs =>
        {
            var set = pairs.DistinctBy(pair => pair.Key).ToDictionary();
            Assert.Equal(PlainDefinition(set), LabelFingerprint.Of(set).Value);
            Assert.Equal(PlainDefinition(set), LabelFingerprint.Of(Labels.From(set)).Value);
        }).QuickCheckThrowOnFailure();
    }

    private static string Of(Dictionary<string, string> labels) => LabelFingerprint.Of(labels).ToString();

    private static ulong PlainDefinition(Dictionary<string, string> labels)
    {
        var bytes = labels
            .Select(label => (Name: Encoding.UTF8.GetBytes(label.Key), Value: Encoding.UTF8.GetBytes(label.Value)))
            .OrderBy(label => label.Name, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)))
            .SelectMany(label => (byte[])[.. label.Name, 0xFF, .. label.Value, 0xFF]);
        return bytes.Aggregate(14695981039346656037, (hash, octet) => (hash ^ octet) * 1099511628211);
    }
}
