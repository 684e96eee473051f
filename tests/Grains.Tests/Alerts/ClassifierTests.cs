using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>The kind of an alert: named by its label, else by its name, else by a tag.</summary>
public sealed class ClassifierTests
{
    private static readonly PolicyVersion Catalogue = Policies.Small with
    {
        Kinds =
        [
            Entry("gpu_node", ["GPUNodeNotReady"], []),
            Entry("model_quality", ["ModelAccuracyDrop"], ["model-quality"]),
        ],
    };

    [Fact]
    public void A_kind_named_by_its_label_is_that_kind() =>
        Assert.Equal("model_quality", KindOf(new("alertname", "GPUNodeNotReady"), new("kind", "model_quality")));

    [Fact]
    public void A_label_kind_that_names_none_of_ours_is_some_other_words_and_the_name_tells() =>
        Assert.Equal(
            "gpu_node", KindOf(new("alertname", "GPUNodeNotReady"), new("kind", "Node"), new("node", "gpu-7")));

    [Fact]
    public void Then_a_tag_tells() =>
        Assert.Equal("model_quality", KindOfTagged(["Model-Quality"], new("alertname", "Unheard"), new("kind", "Pod")));

    [Fact]
    public void Nothing_tells_and_it_is_of_no_kind() =>
        Assert.Equal("", KindOf(new("alertname", "Unheard"), new("kind", "Pod")));

    private static string KindOf(params KeyValuePair<string, string>[] labels) => KindOfTagged([], labels);

    private static string KindOfTagged(string[] tags, params KeyValuePair<string, string>[] labels) => Classifier.Classify(
        Firing with { Message = "", Entity = "", Labels = Labels.From(labels), Tags = tags.ToValueList() }, Catalogue, Start).Kind;

    private static Kind Entry(string name, ValueList<string> alertNames, ValueList<string> tags) =>
        Policies.Small.Kinds[0] with { Name = name, AlertNames = alertNames, Tags = tags };
}
