using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class DatabaseContract
{
    [Fact]
    public async Task Every_version_is_found_as_it_was_in_force()
    {
        var (one, two) = (Given.Silence("s-1", 500).Silence, Given.Silence("s-2", 500).Silence);
        var first = Policies.Small with { Version = 7, Silences = [one] };
        var last = Policies.Small with { Version = 10, Users = [], Silences = [one] };
        Commit(turn => turn.Policies.Add(new PolicyWrite.Whole(first)), Given.At(10));
        Commit(
            turn => turn.Policies.AddRange(
            [
                new PolicyWrite.Changed(8, new PolicyChange.SilenceSet(two)),
                new PolicyWrite.Changed(9, new PolicyChange.SilenceGone("s-2")),
            ]),
            Given.At(20));
        Commit(turn => turn.Policies.Add(new PolicyWrite.Whole(last)), Given.At(30));

        await AssertFoundAsync(first, Given.At(10));
        await AssertFoundAsync(first with { Version = 8, Silences = [one, two] }, Given.At(20));
        await AssertFoundAsync(first with { Version = 9, Silences = [one] }, Given.At(20));
        await AssertFoundAsync(last, Given.At(30));
        Assert.Null(await Reads.FindPolicyAsync(6, None));
        Assert.Null(await Reads.FindPolicyAsync(11, None));
        Assert.Equal(10, Reopen().PolicyVersion);
    }

    [Fact]
    public async Task A_version_has_the_overrides_and_schedules_that_were_made_by_then()
    {
        var night = new Schedule("night", "s-1", "", "UTC", [], null) { ByApi = true };
        var made = new Override(
            "o-1", "s-1", [new(Given.At(0), Given.At(90), Participant.User("ann"))], Given.At(0), "bob", "");
        var first = (Policies.Small with { Version = 7 }).With(new PolicyChange.ScheduleSet(night)) with { Version = 7 };
        Commit(turn => turn.Policies.Add(new PolicyWrite.Whole(first)), Given.At(10));
        Commit(turn => turn.Policies.Add(new PolicyWrite.Changed(8, new PolicyChange.OverrideSet(made))), Given.At(20));

        await AssertFoundAsync(first, Given.At(10));
        await AssertFoundAsync(first with { Version = 8, Overrides = [made] }, Given.At(20));
    }

    [Fact]
    public async Task Of_the_topology_a_version_has_what_the_files_said()
    {
        var file = new Edge("table:t", "model:m") { Origin = EdgeOrigin.Configuration };
        var first = Policies.Small.WithTopology([file]) with { Version = 7 };
        var learnt = new TopologyUpdate { Edges = [new Edge("node:n", "model:m") { Origin = EdgeOrigin.Labels }] };
        Commit(turn => turn.Policies.Add(new PolicyWrite.Whole(first)), Given.At(10));
        Commit(turn => turn.Policies.Add(new PolicyWrite.Changed(8, new PolicyChange.TopologyChanged(learnt))), Given.At(20));
        Commit(turn => turn.Policies.Add(new PolicyWrite.Changed(9, new PolicyChange.SilenceGone("s"))), Given.At(30));

        await AssertFoundAsync(first with { Version = 8 }, Given.At(20));
        await AssertFoundAsync(first with { Version = 9 }, Given.At(30));
        Assert.Equal([file], (await Reads.FindPolicyAsync(9, None))!.Policy.Topology.Edges);
    }

    [Fact]
    public async Task What_is_secret_is_not_kept_with_a_version()
    {
        var channel = new Channel("chat", "webhook", Labels.From([new("secret", "whsec_x"), new("url", "https://x")]));
        var key = new ApiKey("sender", new string('a', 64), ApiKeyType.Integration, null, KeyRights.All);
        Commit(turn => turn.Policies.Add(new PolicyWrite.Whole(Policies.Small with { Channels = [channel], Keys = [key] })));

        var kept = (await Reads.FindPolicyAsync(Policies.Small.Version, None))!.Policy;

        Assert.Equal(channel with { Settings = Labels.From([new("secret", ""), new("url", "")]) }, Assert.Single(kept.Channels));
        Assert.Equal(key with { Sha256 = "" }, Assert.Single(kept.Keys));
    }

    [Fact]
    public async Task Versions_are_dropped_once_another_configuration_was_in_force_for_the_whole_retention()
    {
        var day = 86_400;
        Commit(turn => turn.Policies.Add(Whole(1)), Given.At(0));
        Commit(turn => turn.Policies.Add(Gone(2)), Given.At(day));
        Commit(turn => turn.Policies.Add(Whole(3)), Given.At(2 * day));
        Commit(turn => turn.Policies.Add(Gone(4)), Given.At(3 * day));
        Commit(turn => turn.Policies.Add(Whole(5)), Given.At(300 * day));

        Prune(now: Given.At(401 * day), replayTurn: 0);
        Assert.NotNull(await Reads.FindPolicyAsync(1, None));

        // Version 4 is what was in force when the retention begins, and stands on 3.
        Prune(now: Given.At(403 * day), replayTurn: 0);
        Assert.Null(await Reads.FindPolicyAsync(1, None));
        Assert.Null(await Reads.FindPolicyAsync(2, None));
        Assert.NotNull(await Reads.FindPolicyAsync(3, None));
        Assert.NotNull(await Reads.FindPolicyAsync(4, None));

        Prune(now: Given.At(9_000 * day), replayTurn: 0);
        Assert.Null(await Reads.FindPolicyAsync(4, None));
        Assert.NotNull(await Reads.FindPolicyAsync(5, None));

        static PolicyWrite Whole(long version) => new PolicyWrite.Whole(Policies.Small with { Version = version });

        static PolicyWrite Gone(long version) => new PolicyWrite.Changed(version, new PolicyChange.SilenceGone("s"));
    }

    private async Task AssertFoundAsync(PolicyVersion expected, DateTimeOffset at)
    {
        var found = await Reads.FindPolicyAsync(expected.Version, None);
        Assert.Equal((Text(expected), at), (Text(found?.Policy), found?.At));
    }

    // Two matchers of the same text are not equal.
    private static string Text(PolicyVersion? policy) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(policy, Correlation.Grains.Wire.WireJson.Options));
}
