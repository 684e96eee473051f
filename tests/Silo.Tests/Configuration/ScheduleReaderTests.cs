using Correlation.Grains.Policy;
using NodaTime;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class ScheduleReaderTests
{
    [Fact]
    public void Everything_that_a_rotation_has_is_read()
    {
        var schedule = Read("""
            layers: [asia, europe]
            rotations:
              - { name: base, type: weekly, start: 2026-01-05T09:00, participants: [ann, "team:ml", "escalation:ladder", none, "user:ann"] }
              - name: berlin
                layer: europe
                time_zone: Europe/Berlin
                type: custom
                length: 12h
                start: 2026-01-05T09:00
                end: 2027-01-05T09:00
                restrictions: [09:00-24:00, monday 22:30 - tuesday 06:00]
                participants: ann
            """).Policy!.Schedules[0];
        Assert.Equal(["asia", "europe"], schedule.Layers);
        Assert.True(schedule.Enabled);
        Assert.Equal(
            [Participant.User("ann"), Participant.Team("ml"), Participant.Escalation("ladder"), Participant.Nobody, Participant.User("ann")],
            schedule.Rotations[0].Participants);
        var berlin = schedule.Rotations[1];
        Assert.Equal(("europe", "Europe/Berlin"), (berlin.Layer, berlin.TimeZone));
        Assert.Equal((RotationType.Custom, 720), (berlin.Type, berlin.Length));
        Assert.Equal(new LocalDateTime(2027, 1, 5, 9, 0), berlin.End);
        Assert.Equal(
            [new TimeWindow(540, 1440), new TimeWindow(1350, 360, IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday)],
            berlin.Restrictions);
        Assert.NotEqual(schedule.Rotations[0].Id, berlin.Id);
    }

    [Theory]
    [InlineData("participants: [eve]", "participants[0]: names 'eve', which is none of the users")]
    [InlineData("participants: ['team:mml']", "participants[0]: names 'mml', which is none of the teams")]
    [InlineData("participants: ['escalation:x']", "participants[0]: names 'x', which is none of the escalations")]
    [InlineData("participants: ann, layer: top", "layer: is none of the schedule's layers")]
    [InlineData("participants: ann, time_zone: Berlin", "time_zone: is not a time zone")]
    [InlineData("participants: ann, end: 2026-01-05T09:00", "end: is not after the start")]
    [InlineData("participants: ann, restrictions: [9-17]", "restrictions[0]: is not a part of the day or of the week")]
    [InlineData("participants: ann, restrictions: [24:00-25:00]", "restrictions[0]: is not a time of day")]
    [InlineData(
        "participants: ann, restrictions: [monday 09:00 - 17:00]",
        "restrictions[0]: is not a part of the day or of the week")]
    [InlineData("participants: ann, length: 400", "length: is too large")]
    public void A_mistake_in_a_rotation_is_said(string fields, string expected)
    {
        var problems = Read($"rotations: [{{ name: one, type: daily, start: 2026-01-05T09:00, {fields} }}]").Errors;
        Assert.Contains(
            problems, problem => problem.ToString().Contains("rotations[one]." + expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_custom_rotation_needs_a_length_and_layers_have_one_name_each()
    {
        var problems = Read("""
            layers: [a, A]
            rotations: [{ name: one, type: custom, start: 2026-01-05T09:00, participants: ann }]
            """).Errors.Select(problem => problem.ToString());
        Assert.Contains(
            problems, problem => problem.Contains("rotations[one].length: is missing", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("layers: has a name twice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("start: 2026-06-08T09:00", "leave nobody on call from 2026-06-01T12:00Z until 2026-06-08T09:00Z")]
    [InlineData("start: 2026-01-05T09:00, end: 2026-06-20T00:00", "leave nobody on call from 2026-06-20T00:00Z on")]
    [InlineData(
        "start: 2026-01-05T09:00, restrictions: 09:00-17:00",
        "leave nobody on call from 2026-06-01T17:00Z until 2026-06-02T09:00Z")]
    public void The_next_gap_is_warned_of(string fields, string expected)
    {
        var read = Read($"rotations: [{{ name: one, type: daily, participants: ann, {fields} }}]");
        Assert.Contains(expected, Assert.Single(read.Warnings).ToString(), StringComparison.Ordinal);
        Assert.NotNull(read.Policy);
    }

    [Theory]
    [InlineData("rotations: [{ name: one, type: daily, participants: ann, start: 2026-05-31T09:00 }]")]
    [InlineData("enabled: false\nrotations: [{ name: one, type: daily, participants: ann, start: 2027-01-01T09:00 }]")]
    [InlineData("rotations: [{ name: one, type: daily, participants: ann, start: 2027-01-01T09:00 }, { name: nobody, type: daily, participants: none, start: 2026-01-01T00:00 }]")]
    public void Gaps_of_the_past_and_declared_ones_are_not_warned_of(string schedule) =>
        Assert.Empty(Read(schedule).Problems);

    [Theory]
    [InlineData("escalation:room")]
    [InlineData("team:empty")]
    public void A_participant_who_is_nobody_is_warned_of(string who)
    {
        var read = Read($"rotations: [{{ name: one, type: daily, participants: '{who}', start: 2026-01-05T09:00 }}]", """
            channels: [{ name: room, type: log }]
            escalations: [{ name: room, steps: [{ after: 0s, notify: "channel:room" }] }]
            teams: [{ name: empty, escalation: ladder }]
            """);
        Assert.Contains(read.Warnings, warning => warning.ToString().Contains(
            "participants: warning: names no people, so that a layer below answers in this turn, or nobody", StringComparison.Ordinal));
        Assert.NotNull(read.Policy);
    }

    /// <summary>The line is that of the turn which leads into it.</summary>
    [Theory]
    [InlineData("schedule", "back", "schedule duty > escalation back > schedule duty")]
    [InlineData("next", "back", "schedule duty > escalation back > schedule duty")]
    [InlineData("schedule", "over", "schedule duty > escalation over > escalation back > schedule duty")]
    public void A_turn_that_leads_back_to_its_schedule_is_refused(string word, string turn, string circle)
    {
        var read = Read($"rotations: [{{ name: one, type: daily, participants: [ann, 'escalation:{turn}'], start: 2026-01-05T09:00 }}]", $$"""
            escalations:
              - { name: back, steps: [{ after: 0s, notify: "user:ann" }, { after: 5m, notify: "{{word}}:duty" }] }
              - { name: over, steps: [{ after: 0s, notify: "escalation:back" }] }
            """);

        var error = Assert.Single(read.Errors).ToString();
        Assert.Contains(
            $"schedules.yaml:4: schedules[duty].rotations[one].participants[1]: leads in a circle: {circle}; allowed: ",
            error,
            StringComparison.Ordinal);
        Assert.Null(read.Policy);
    }

    [Fact]
    public void Schedules_that_lead_to_each_other_by_their_escalations_are_refused()
    {
        var read = Read("rotations: [{ name: one, type: daily, participants: 'escalation:to-other', start: 2026-01-05T09:00 }]", """
            schedules: [{ name: other, time_zone: UTC, rotations: [{ name: one, type: daily, participants: 'escalation:to-duty', start: 2026-01-05T09:00 }] }]
            escalations:
              - { name: to-other, steps: [{ after: 0s, notify: "schedule:other" }] }
              - { name: to-duty, steps: [{ after: 0s, notify: "schedule:duty" }] }
            """);

        Assert.Equal(
            [
                "schedule other > escalation to-duty > schedule duty > escalation to-other > schedule other",
                "schedule duty > escalation to-other > schedule other > escalation to-duty > schedule duty",
            ],
            read.Errors.Select(error => error.ToString().Split("circle: ")[1].Split(';')[0]));
    }

    [Fact]
    public void The_policy_knows_which_file_a_thing_comes_from()
    {
        var policy = Read("rotations: [{ name: one, type: daily, participants: ann, start: 2026-01-05T09:00 }]").Policy!;
        Assert.Equal("schedules.yaml", policy.FileOf("schedules", "DUTY"));
        Assert.Equal("minimal.yaml", policy.FileOf("users", "ann"));
        Assert.Null(policy.FileOf("users", "duty"));
    }

    private static Silo.Configuration.ReadConfiguration Read(string schedule, string more = "")
    {
        using var folder = MinimalFolder.Create();
        folder.Write("more.yaml", more);
        var lines = schedule.ReplaceLineEndings("\n").Split('\n').Select(line => "    " + line);
        folder.Write(
            "schedules.yaml", "schedules:\n  - name: duty\n    time_zone: UTC\n" + string.Join('\n', lines) + "\n");
        return FolderReading.At(folder.Path);
    }
}
