using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// Members that nothing explains: while another of them is open, the one that is led elsewhere goes alone.
/// </summary>
public sealed class IncidentRootsTests
{
    [Fact]
    public void Many_roots_that_are_closed_hide_none_that_is_open()
    {
        var roots = Enumerable.Range(1, 14).Select(Root).ToList();
        var state = Decide(null, new IncidentCommand.Open("model:m", roots[0]));
        state = roots.Skip(1)
            .Take(11)
            .Aggregate(state, (s, root) => Decide(s, new IncidentCommand.Join("model:m", Given.IncidentId, root)));
        state = roots.Take(12).Aggregate(state with { KeptOpen = true }, (s, root) =>
            Decide(s, new IncidentCommand.MemberClosed(root with { Open = false }, ClosedHow.ResolvedBySource, false)));
        state = roots.Skip(12)
            .Aggregate(state, (s, root) => Decide(s, new IncidentCommand.Join("model:m", Given.IncidentId, root)));

        var decision = Incident.Decide(
            state, new IncidentCommand.Follow(roots[12].AlertId, roots[12].Alias, "other", "node:n"), Given.IncidentId,
            Given.Small, Given.Start);

        Assert.Equal(10, state.Roots.Count);
        Assert.Null(decision.State!.MergingInto);
        Assert.Equal(
            [new Message(new GrainId(GrainKind.Alert, roots[12].Alias), new AlertCommand.Depart(roots[12].AlertId, Given.IncidentId))], decision.Messages);
    }

    private static Member Root(int number) => Given.FirstMember with
    {
        AlertId = DerivedId.Of("test", "root", number),
        Alias = "root-" + number,
        Link = new Link(Given.Start, KindNature.Fault, null, []),
    };

    private static IncidentState Decide(IncidentState? state, IncidentCommand command) =>
        Incident.Decide(state, command, Given.IncidentId, Given.Small, Given.Start).State!;
}
