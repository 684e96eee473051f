using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Model;

/// <summary>Labels against a sorted dictionary.</summary>
public sealed class LabelsProperties
{
    private static readonly Gen<string> Names = Gen.Elements(
        "", "a", "b", "ab", "A", "job", "ä", "zone", "_x", "\u00e4b", "Z");

    private static readonly Arbitrary<List<KeyValuePair<string, string>>> Pairs = PairsOf().ToArbitrary();

    private static readonly Arbitrary<(List<KeyValuePair<string, string>>, List<KeyValuePair<string, string>>)> TwoSets =
        (from one in PairsOf() from other in PairsOf() select (one, other)).ToArbitrary();

    [Fact]
    public void They_are_sorted_by_name_and_the_last_value_of_a_name_wins() => Prop.ForAll(Pairs, pairs =>
    {
        var expected = Model(pairs);
        var labels = Labels.From(pairs);
        Assert.Equal(expected, labels);
        Assert.Equal(expected.Count, labels.Count);
        Assert.Equal(expected.Keys, labels.Keys);
        Assert.Equal(expected.Values, labels.Values);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_name_is_found_and_no_other() => Prop.ForAll(Pairs, Names.ToArbitrary(), (pairs, name) =>
    {
        var (expected, labels) = (Model(pairs), Labels.From(pairs));
        Assert.Equal(expected.GetValueOrDefault(name), labels.Find(name));
        Assert.Equal(expected.ContainsKey(name), labels.ContainsKey(name));
        Assert.Equal(expected.ContainsKey(name), Record.Exception(() => labels[name]) is null);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_is_who_holds_the_same_pairs_in_whatever_order_they_came() => Prop.ForAll(TwoSets, sets =>
    {
        var (one, other) = (Labels.From(sets.Item1), Labels.From(sets.Item2));
        var again = Labels.From(Model(sets.Item1).Reverse());
        Assert.True(one.Equals(again) && one.GetHashCode() == again.GetHashCode());
        Assert.Equal(Model(sets.Item1).SequenceEqual(Model(sets.Item2)), one.Equals(other));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_lets_the_newer_win_and_without_takes_only_names_away() => Prop.ForAll(TwoSets, sets =>
    {
        var (one, other) = (Labels.From(sets.Item1), Labels.From(sets.Item2));
        Assert.Equal(Model(sets.Item1.Concat(sets.Item2)), one.With(other));
        Assert.Equal(one, one.With(one));
        Assert.Equal(one, one.With(Labels.Empty));
        Assert.Equal(Model(sets.Item1).Where(p => !other.ContainsKey(p.Key)), one.Without(other.Keys));
        Assert.Equal(one.Without(other.Keys), one.With(other).Without(other.Keys));
        Assert.Equal(Labels.Empty, one.Without(one.Keys));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Stored_and_read_they_are_the_same() => Prop.ForAll(Pairs, pairs =>
    {
        var labels = Labels.From(pairs);
        var json = JsonSerializer.Serialize(labels, WireJson.Options);
        Assert.Equal(labels, JsonSerializer.Deserialize<Labels>(json, WireJson.Options));
    }).QuickCheckThrowOnFailure();

    private static Gen<List<KeyValuePair<string, string>>> PairsOf() =>
        Gen.ListOf(from name in Names from value in Names select KeyValuePair.Create(name, value))
            .Select(list => list.ToList());

    private static SortedDictionary<string, string> Model(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            model[name] = value;
        }

        return model;
    }
}
