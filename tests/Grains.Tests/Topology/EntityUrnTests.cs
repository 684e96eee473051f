using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

public sealed class EntityUrnTests
{
    private static readonly PolicyVersion Known = Policies.Small.WithPaths(
        "feature_view:user_stats > model:churn_model", "table:users > source:users");

    [Theory]
    [InlineData("ranker", "model:ranker")]
    [InlineData("entity:ranker", "model:ranker")]
    [InlineData("user_stats", "feature_view:user_stats")]
    [InlineData("feature_view:ranker", "feature_view:ranker")]
    public void A_bare_name_that_nobody_knows_is_of_the_type_that_its_kind_alone_speaks_of(
        string stated, string expected)
    {
        Assert.Equal(expected, EntityUrn.Of(stated, Labels.Empty, ["model"], Known));
        Assert.Equal("entity:ranker", EntityUrn.Of("ranker", Labels.Empty, ["model", "endpoint"], Known));
    }

    [Theory]
    [InlineData("model:churn_model", "model:churn_model")]
    [InlineData("model:churn_model@12", "model:churn_model")]
    [InlineData("Model: churn_model @ champion ", "model:churn_model")]
    [InlineData("MODEL:Churn_Model", "model:churn_model")]
    [InlineData("featureview:user_stats", "feature_view:user_stats")]
    [InlineData("feature-view:user_stats", "feature_view:user_stats")]
    [InlineData("featureView:user_stats@2", "feature_view:user_stats")]
    [InlineData("churn_model", "model:churn_model")]
    [InlineData("churn_model@v12", "model:churn_model")]
    [InlineData("entity:churn_model", "model:churn_model")]
    [InlineData("users", "entity:users")]
    [InlineData("other", "entity:other")]
    [InlineData("ann@example.org", "entity:ann@example.org")]
    [InlineData("s3://bucket/key", "entity:s3://bucket/key")]
    [InlineData("dataset:s3%3A%2F%2Fbucket/key", "dataset:s3://bucket/key")]
    [InlineData(
        "dataset:abfss://container@svc.dfs.core.windows.net/path",
        "dataset:abfss://container@svc.dfs.core.windows.net/path")]
    [InlineData("node:gpu\u0000-7\n", "node:gpu -7")]
    [InlineData("model:cafe\u0301", "model:caf\u00e9")]
    [InlineData("model:caf\u00e9", "model:caf\u00e9")]
    [InlineData("model:cafe%CC%81@7", "model:caf\u00e9")]
    [InlineData("model:@7", "model:@7")]
    [InlineData("model: ", "")]
    [InlineData(" ", "")]
    public void Spellings_of_one_entity_are_one_URN(string stated, string expected) =>
        Assert.Equal(expected, EntityUrn.Of(stated, Known));

    [Fact]
    public void Half_a_pair_is_kept_by_no_store() => Assert.Equal("node:\ufffd", EntityUrn.Of("node:\ud800", Known));

    [Fact]
    public void A_bare_name_has_the_type_of_the_label_that_repeats_it() => Assert.Equal(
        "endpoint:churn", EntityUrn.Of("churn", Labels.From([new("endpoint", "churn")]), [], Policies.Small));

    [Fact]
    public void Labels_name_the_entity_in_the_order_of_the_kind_and_then_of_their_telling()
    {
        var labels = Labels.From([new("model", "churn"), new("feature_view", "stats"), new("pipeline", "p")]);

        Assert.Equal("model:churn", EntityUrn.Of("", labels, [], Policies.Small));
        Assert.Equal("feature_view:stats", EntityUrn.Of("", labels, ["feature_view"], Policies.Small));
        Assert.Equal("pipeline:p", EntityUrn.Of("", labels, ["pipeline"], Policies.Small));
    }

    [Fact]
    public void A_job_of_Prometheus_is_no_entity() =>
        Assert.Equal("", EntityUrn.Of("", Labels.From([new("job", "node-exporter"), new("instance", "n:9100")]), [], Policies.Small));

    [Fact]
    public void Types_of_the_settings_and_entity_labels_of_kinds_are_types()
    {
        var own = Policies.Small with
        {
            Settings = Policies.Small.Settings with { Correlation = new() { EntityTypes = ["pipeline"] } },
            Kinds = [Policies.Small.Kinds[0] with { EntityLabels = ["queue"] }],
        };

        Assert.Equal("pipeline:p", EntityUrn.Of("pipeline:p", own));
        Assert.Equal("queue:q", EntityUrn.Of("queue:q", own));
        Assert.Equal("entity:pipeline:p", EntityUrn.Of("pipeline:p", Policies.Small));
    }

    [Fact]
    public void A_name_of_any_length_is_a_key_of_bounded_length_of_its_own()
    {
        var (one, other) = (EntityUrn.Make("table", new string('x', 9_999) + "1"), EntityUrn.Make("table", new string('x', 9_999) + "2"));

        Assert.True(one.Length <= 300);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void A_URN_made_again_stays_as_it_is() => Prop.ForAll(
        (from pieces in Gen.Elements(
            "model:", "Table:", "feature-view:", "entity:", "a", "A", "%2525", "%41", "%", "@7", "@", " ", "\n", "\0",
            "é", "\ud83d", "\ude00", "://", ":", "%zz")
            .ListOf()
         select string.Concat(pieces)).ToArbitrary(),
        text =>
        {
            var urn = EntityUrn.Parse(text, Policies.Small);
            Assert.Equal(urn, urn.Length == 0 ? "" : EntityUrn.Parse(urn, Policies.Small));
            Assert.DoesNotContain(urn, char.IsControl);
            Assert.True(urn.Length == 0 || urn.IndexOf(':', StringComparison.Ordinal) > 0);
        }).QuickCheckThrowOnFailure();
}
