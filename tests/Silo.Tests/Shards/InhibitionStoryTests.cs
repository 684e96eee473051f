using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>A node that is down inhibits what fails on it.</summary>
public sealed class InhibitionStoryTests : IDisposable
{
    private const string Held = "inhibition:node-down";

    private static readonly GrainCommand Job = Fire("job", "TrainingJobFailed", "gpu-7");
    private static readonly GrainCommand Node = Fire("node", "GPUNodeNotReady", "gpu-7");
    private static readonly PolicyVersion Ruled = Policies.Small with
    {
        InhibitRules =
        [
            new InhibitRule(
                "node-down",
                Policies.Match("alertname=GPUNodeNotReady"),
                Policies.Match("alertname=TrainingJobFailed"),
                ["node"]),
        ],
    };

    private readonly ShardInMemory _shard = new();

    public InhibitionStoryTests()
    {
        _shard.Publish(Ruled);
        _shard.Settle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_one_request_their_order_does_not_matter(bool sourceFirst)
    {
        _shard.Post(sourceFirst ? [Node, Job] : [Job, Node]);
        _shard.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([Held], Incident("job").SuppressedBy);
        Assert.Empty(Pages("job"));
        Assert.NotEmpty(Pages("node"));
        var line = Assert.Single(_shard.Journal.SelectMany(w => w.Timeline), l => l.Entry.Type == "suppression").Entry.Text;
        Assert.Equal("Inhibited by rule node-down, while 'GPUNodeNotReady' fires", line);
    }

    [Fact]
    public void It_pages_when_the_node_is_back_also_after_a_restart()
    {
        _shard.Post([Job, Node]);
        _shard.Advance(TimeSpan.FromMinutes(1));
        _shard.Crash();
        _shard.Publish(Ruled);
        _shard.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(Pages("job"));

        _shard.Post([Over(Node)]);
        _shard.Advance(TimeSpan.FromSeconds(1));

        Assert.Single(Pages("job"));
        Assert.Empty(Incident("job").SuppressedBy);
    }

    [Fact]
    public void What_the_node_took_down_is_given_its_group_wait_to_come_back_with_it()
    {
        _shard.Publish(Ruled with { Routes = [Ruled.Routes[0] with { GroupWait = TimeSpan.FromSeconds(30) }] });
        _shard.Post([Job, Node, Fire("stuck", "TrainingJobFailed", "gpu-7")]);
        _shard.Advance(TimeSpan.FromMinutes(1));
        _shard.Post([Over(Node)]);
        _shard.Advance(TimeSpan.FromSeconds(20));
        _shard.Post([Over(Job)]);
        Assert.Empty(Pages("stuck"));
        _shard.Advance(TimeSpan.FromSeconds(11));

        Assert.Empty(Pages("job"));
        Assert.Single(Pages("stuck"));
    }

    [Fact]
    public void A_job_on_another_node_pages_at_once()
    {
        _shard.Post([Node, Fire("other", "TrainingJobFailed", "gpu-8")]);
        _shard.Settle();

        Assert.Single(Pages("other"));
    }

    [Fact]
    public void Both_that_resolve_together_page_nobody()
    {
        _shard.Post([Node, Job]);
        _shard.Settle();
        _shard.Post([Over(Node), Over(Job)]);
        _shard.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(Pages("job"));
        Assert.Equal(IncidentStatus.Resolved, Incident("job").Status);
    }

    [Fact]
    public void A_node_that_fails_before_the_page_is_due_still_holds_it_back()
    {
        _shard.Publish(Ruled with { Routes = [Ruled.Routes[0] with { GroupWait = TimeSpan.FromSeconds(30) }] });
        _shard.Post([Job]);
        _shard.Advance(TimeSpan.FromSeconds(20));
        _shard.Post([Node]);
        _shard.Advance(TimeSpan.FromMinutes(2));

        Assert.Empty(Pages("job"));
        Assert.Equal([Held], Incident("job").SuppressedBy);
    }

    [Fact]
    public void An_inhibition_that_cannot_be_decided_loses_no_page()
    {
        _shard.Spoils = command => command is InhibitionCommand;
        _shard.Post([Job]);
        _shard.Advance(TimeSpan.FromSeconds(31));

        Assert.Single(Pages("job"));
    }

    [Fact]
    public void A_rule_that_comes_while_both_fire_holds_back_and_one_that_goes_pages()
    {
        _shard.Publish(Policies.Small);
        _shard.Post([Node, Job]);
        _shard.Settle();
        Assert.Single(Pages("job"));

        _shard.Publish(Ruled);
        _shard.Settle();
        Assert.Equal([Held], Incident("job").SuppressedBy);
        _shard.Advance(TimeSpan.FromMinutes(20));
        Assert.Single(Pages("job"));

        _shard.Publish(Policies.Small);
        _shard.Settle();
        Assert.Empty(Incident("job").SuppressedBy);
        Assert.Equal(2, Pages("job").Count);
    }

    public void Dispose() => _shard.Dispose();

    private IncidentState Incident(string alias) => _shard.Read<IncidentState>(_shard.IncidentOf(alias))!;

    private List<Page> Pages(string alias) => [.. Incident(alias).Pages];

    private static GrainCommand Fire(string alias, string name, string node) => new(
        new GrainId(GrainKind.Alert, alias),
        new AlertCommand.Receive(new Signal
        {
            Alias = alias,
            Message = name,
            Entity = "job:" + alias,
            Labels = Labels.From([new("alertname", name), new("node", node)]),
        }));

    private static GrainCommand Over(GrainCommand fire) =>
        fire with { Command = new AlertCommand.Receive(((AlertCommand.Receive)fire.Command).Signal with { Resolved = true }) };
}
