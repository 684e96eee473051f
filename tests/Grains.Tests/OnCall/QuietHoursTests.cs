using System.Globalization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Policy;

public sealed class QuietHoursTests
{
    private static readonly QuietHours Night = new(
        [Priority.P3, Priority.P4], [new(22 * 60, 8 * 60)], "Europe/Berlin", QuietMode.EmailOnly);
    private static readonly QuietHours Late = new([Priority.P4], [new(0, 6 * 60)], "Europe/Berlin", QuietMode.Suppress);

    [Theory]
    [InlineData("2026-01-12T20:59:59Z", null)]
    [InlineData("2026-01-12T21:00:00Z", "2026-01-13T07:00:00Z")]
    [InlineData("2026-01-13T06:59:59Z", "2026-01-13T07:00:00Z")]
    [InlineData("2026-01-13T07:00:00Z", null)]

    // Summer time begins in the first night and ends in the second.
    [InlineData("2026-03-28T21:30:00Z", "2026-03-29T06:00:00Z")]
    [InlineData("2026-10-24T20:00:00Z", "2026-10-25T07:00:00Z")]
    public void They_hold_on_the_wall_clock_of_their_zone_over_midnight_and_clock_changes(string at, string? until)
    {
        var spell = Of([Night], Priority.P3, at);
        Assert.Equal(until is null ? null : Time(until), spell?.Until);
    }

    [Theory]
    [InlineData("02:30-04:00", "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z")]
    [InlineData("01:00-02:30", "2026-10-25T01:29:00Z", "2026-10-25T01:30:00Z")]
    public void What_a_clock_change_leaves_out_moves_forward_and_an_end_that_comes_twice_is_the_last(
        string hours, string inForce, string until)
    {
        var minutes = hours.Split('-', ':').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToList();
        var quiet = Night with { Hours = [new((minutes[0] * 60) + minutes[1], (minutes[2] * 60) + minutes[3])] };
        Assert.Equal(Time(until), Of([quiet], Priority.P3, inForce)?.Until);
    }

    [Fact]
    public void They_hold_for_their_priorities_and_their_team_alone()
    {
        Assert.Null(Of([Night], Priority.P2, "2026-01-12T22:00:00Z"));
        Assert.Null(QuietHours.At(With([Night]), "another team", Priority.P3, Time("2026-01-12T22:00:00Z")));
    }

    [Fact]
    public void Of_several_the_stricter_holds_until_it_ends()
    {
        var spell = Of([Night, Late], Priority.P4, "2026-01-13T00:00:00Z")!;
        Assert.Equal((QuietMode.Suppress, Time("2026-01-13T05:00:00Z")), (spell.Mode, spell.Until));
        Assert.Equal("quiet hours of ml-platform until 2026-01-13 06:00 Europe/Berlin, nobody is paged", spell.Says);
        Assert.Equal(QuietMode.EmailOnly, Of([Night, Late], Priority.P4, "2026-01-13T05:00:00Z")!.Mode);
    }

    private static QuietSpell? Of(ValueList<QuietHours> quiet, Priority priority, string at) =>
        QuietHours.At(With(quiet), "ml-platform", priority, Time(at));

    private static PolicyVersion With(ValueList<QuietHours> quiet) =>
        Policies.Small with { Teams = [Policies.Small.Teams[0] with { QuietHours = quiet }] };

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
