using System.Text;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Processes;
using NodaTime;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Every_mistake_of_a_folder_is_said_at_once_with_place_allowed_and_current_value()
    {
        var mistakes = Repository.PathOf("tests", "Silo.Tests", "Configuration", "Mistakes");
        var read = FolderReading.At(mistakes, ("SENDER", "nobody"));
        var said = string.Join('\n', read.Problems).Replace(mistakes, "Mistakes", StringComparison.Ordinal) + "\n";
        Assert.Null(read.Policy);
        Assert.Equal(File.ReadAllText(Path.Combine(mistakes, "expected.txt")), said);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        using var folder = MinimalFolder.Create();
        var policy = Good(folder);
        Assert.Equal(
            new PolicySettings { DefaultTeam = "ml", Correlation = new CorrelationSettings { Enabled = true } },
            policy.Settings);
        Assert.Equal(new User("ann", "ann", "UTC", [new("log", "")]), Assert.Single(policy.Users));
        var route = Assert.Single(policy.Routes);
        Assert.Empty(route.Match.Matchers);
        Assert.Equal(["alertname", "namespace", "service"], route.GroupBy);
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(30)), (route.GroupWait, route.Repeat));
    }

    [Fact]
    public void Everything_that_can_be_said_arrives_in_the_policy()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("a-more.yaml", """
            users:
              - name: bob
                full_name: Bob B.
                time_zone: Asia/Kathmandu
                contacts: [{ channel: mail, address: bob@example.com }]
            channels:
              - { name: mail, type: email, host: mail, from: us@example.com, username: us, password: "a${WORD}b" }
            teams:
              - { name: other, description: Others, escalation: other, members: [{ user: bob, admin: true }] }
            escalations:
              - name: other
                team: other
                steps:
                  - { after: 1m30s, if: not_closed, notify: "schedule:duty" }
                  - { after: 1m30s, notify: "team:other" }
            schedules:
              - name: duty
                team: other
                time_zone: Europe/Berlin
                rotations:
                  - { name: one, type: hourly, length: 12, start: 2026-01-05 09:00, participants: [ann, bob] }
            kinds:
              - name: slow
                alert_names: [Slow]
                tags: slow
                priority: P1
                team: other
                entity_labels: [model]
                hold: 0s
                runbook: Look.
                actions: [Restart]
            routes:
              - name: slow
                match: ['kind="slow"', 'a!~"b|c"']
                group_by: []
                group_wait: 0s
                repeat: 1h
                team: other
                escalation: other
                priority: P2
            maintenance:
              - name: weekend
                description: Retraining
                match: kind="slow"
                teams: [other]
                entities: [model:churn]
                time_zone: Europe/Berlin
                start: 2026-01-10T02:00
                duration: 4h
                recurrence: weekly
                days: [saturday, sunday]
                until: 2027-01-01 00:00
            inhibit_rules:
              - name: explained
                source_matchers: kind="slow"
                target_matchers: ['severity="info"', a=b]
                equal: [node, zone]
            keys:
              - name: sender
                type: integration
                team: other
                rights: [read, create_and_update]
                sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
            """);
        folder.Write("b-more.yaml", """
            settings:
              retention: { repeats: 1d, decisions: 60d, closed: 1000d, answers: 2h }
            """);
        var policy = Good(folder, ("WORD", "c"));
        Assert.Equal(
            new Retention(TimeSpan.FromDays(1), TimeSpan.FromDays(60), TimeSpan.FromDays(1000))
            {
                Answers = TimeSpan.FromHours(2),
            },
            policy.Settings.Retention);
        Assert.Equal(["bob", "ann"], policy.Users.Select(u => u.Name));
        Assert.Equal(new User("bob", "Bob B.", "Asia/Kathmandu", [new("mail", "bob@example.com")]), policy.Users[0]);
        Assert.Equal("acb", policy.FindChannel("mail")!.Settings["password"]);
        Assert.Equal(["from", "host", "password", "username"], policy.FindChannel("mail")!.Settings.Keys);
        Assert.Equal([new TeamMember("bob", Admin: true)], policy.FindTeam("other")!.Members);
        var delay = TimeSpan.FromSeconds(90);
        Assert.Equal(
            [
                new(delay, StepCondition.IfNotClosed, new(StepTargetType.Schedule, "duty")),
                new EscalationStep(delay, StepCondition.IfNotAcknowledged, new(StepTargetType.Team, "other")),
            ],
            policy.FindEscalation("other")!.Steps);
        var rotation = Assert.Single(policy.FindSchedule("duty")!.Rotations);
        Assert.NotEmpty(rotation.Id);
        Assert.Equal(
            [new Rotation("one", new(2026, 1, 5, 9, 0), RotationType.Hourly, 12, [Participant.User("ann"), Participant.User("bob")]) { Id = rotation.Id }],
            policy.FindSchedule("duty")!.Rotations);
        Assert.Equal(
            new("slow", "", ["Slow"], ["slow"], Priority.P1, "other", ["model"], TimeSpan.Zero, "Look.", ["Restart"]),
            Assert.Single(policy.Kinds));
        var route = policy.Routes[0];
        Assert.Equal("{kind=\"slow\",a!~\"b|c\"}", route.Match.ToString());
        Assert.Equal(
            ("other", "other", Priority.P2, TimeSpan.Zero, TimeSpan.FromHours(1), 0),
            (route.Team, route.Escalation, route.Priority, route.GroupWait, route.Repeat, route.GroupBy.Count));
        var window = Assert.Single(policy.Maintenance);
        Assert.Equal("{kind=\"slow\"}", window.Scope.Match.ToString());
        Assert.Equal(
            new MaintenanceWindow(
                window.Id, "weekend", "Retraining",
                new MaintenanceScope(window.Scope.Match, ["other"], ["model:churn"], []), "Europe/Berlin",
                new(2026, 1, 10, 2, 0), TimeSpan.FromHours(4), Recurrence.Weekly,
                [IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday], new(2027, 1, 1, 0, 0)),
            window);
        var rule = Assert.Single(policy.InhibitRules);
        Assert.Equal(
            ("explained", "{kind=\"slow\"}", "{severity=\"info\",a=\"b\"}"),
            (rule.Name, rule.Source.ToString(), rule.Target.ToString()));
        Assert.Equal(["node", "zone"], rule.Equal);
        Assert.Equal(KeyRights.Read | KeyRights.CreateAndUpdate, Assert.Single(policy.Keys).Rights);
    }

    [Fact]
    public void Other_files_of_the_folder_are_not_configuration()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("readme.md", "# not: [yaml");
        folder.Write(".minimal.yaml", "not: [yaml");
        folder.Write("minimal.yaml~", "not: [yaml");
        folder.Write("below/more.yaml", "not: [yaml");
        folder.Write("empty.yml", "# Nothing yet.\n");
        folder.Write("null.yml", "users:\nkinds: []\n---\n");
        Good(folder);
    }

    [Theory]
    [InlineData(
        "users: [1\nteams: []\n",
        ":1: is not YAML: a bracket is not closed, or a colon stands alone; allowed: YAML 1.2")]
    [InlineData("kinds: []\nkinds: []\n", ":2: is not YAML: Duplicate key kinds; allowed: YAML 1.2")]
    [InlineData("kinds: *one\n", ":1: is not YAML: The anchor 'one' does not exists; allowed: YAML 1.2")]
    [InlineData("kinds:\n\t- name: a\n", ":1: is not YAML: While scanning a mapping, found invalid tab as ")]
    [InlineData("- kinds\n", ":1: is not a mapping; allowed: the keys settings, users, ")]
    [InlineData("kinds: text\n", ":1: kinds: is not a list; allowed: a list of entries, each beginning with '- name: ")]
    [InlineData("kinds: { a: b }\n", ":1: kinds: is not a list; ")]
    [InlineData("kind: []\n", ":1: kind: is not a key known here, did you mean 'kinds'?; allowed: settings, users, ")]
    [InlineData("settings: [1]\n", ":1: settings: is not a mapping; ")]
    [InlineData("users: [{ [a, b]: c }]\n", ":1: users[0]: has a key that is not a text; ")]
    [InlineData("users: [{ name: x, <<: { a: b } }]\n", ":1: users[x].<<: is not a key known here; ")]
    public void A_file_that_is_no_configuration_says_where(string text, string expected)
    {
        using var folder = MinimalFolder.Create();
        var file = folder.Write("wrong.yaml", text);
        var read = FolderReading.At(folder.Path);
        Assert.Null(read.Policy);
        Assert.Contains(read.Problems, p => p.ToString().StartsWith(file + expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_read_does_not_make_everything_else_look_missing()
    {
        using var folder = new TempFolder("configuration");
        folder.Write("a.yaml", "users: [{ name: ann");
        folder.Write("b.yaml", MinimalFolder.Yaml.Replace("users:", "# users:", StringComparison.Ordinal));
        Assert.Equal(folder.PathOf("a.yaml"), Assert.Single(FolderReading.At(folder.Path).Problems).File);
    }

    [Theory]
    [InlineData("tags: [dog]", true)]
    [InlineData("alert_names: [Watchdog]", false)]
    public void A_kind_of_heartbeats_that_no_alert_name_tells_is_warned_of(string told, bool isWarned)
    {
        using var folder = MinimalFolder.Create();
        folder.Write("kinds.yaml", $"kinds: [{{ name: dog, priority: P2, team: ml, runbook: r, actions: [a], heartbeat: true, {told} }}]");
        Assert.Equal(isWarned, FolderReading.At(folder.Path).Problems.Any(p => p.ToString().Contains("is a ping", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("users: [{ name: ann", "is not YAML: While parsing a flow mapping,")]
    [InlineData("user: [{ name: ann, contacts: [{ channel: log }] }]", "is not a key known here, did you mean 'users'?")]
    [InlineData("- users: [{ name: ann, contacts: [{ channel: log }] }]", "is not a mapping")]
    public void What_is_named_and_stands_nowhere_is_said_beside_a_file_that_cannot_be_read(string users, string wrong)
    {
        using var folder = new TempFolder("configuration");
        folder.Write("a.yaml", users);
        folder.Write("b.yaml", MinimalFolder.Yaml
            .Replace("users:", "# users:", StringComparison.Ordinal)
            .Replace("escalation: ladder", "escalation: lader", StringComparison.Ordinal));
        var said = FolderReading.At(folder.Path).Problems.Select(problem => problem.What).ToList();
        Assert.Equal(2, said.Count);
        Assert.StartsWith(wrong, said[0], StringComparison.Ordinal);
        Assert.Equal("names 'lader', which is none of the escalations, did you mean 'ladder'?", said[1]);
    }

    [Fact]
    public void Deep_nesting_is_refused_before_it_takes_the_stack()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("deep.yaml", "kinds: " + new string('[', 500_000));
        folder.Write("steps.yaml", string.Concat(Enumerable.Repeat("- ", 250_000)));
        var problems = FolderReading.At(folder.Path).Problems;
        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.Equal("is nested deeper than 20 levels", problem.What));
    }

    [Fact]
    public void A_file_over_a_mebibyte_and_one_that_is_not_UTF8_are_refused()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("large.yaml", new string('#', (1024 * 1024) + 1));
        File.WriteAllBytes(folder.PathOf("latin.yaml"), [.. "# a\nusers: [{ name: J"u8, 0xF6, .. "rg }]\n"u8]);
        Assert.Equal(
            [
                folder.PathOf("large.yaml") + ": is larger than 1 MiB; allowed: a readable file of at most 1 MiB",
                folder.PathOf("latin.yaml") + ":2: is not UTF-8; allowed: a file in UTF-8",
            ],
            FolderReading.At(folder.Path).Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void More_than_ten_thousand_entries_of_a_section_are_refused_however_short_they_are_written()
    {
        using var folder = MinimalFolder.Create();
        var aliases = new StringBuilder("users:\n  - &a { name: b, contacts: [{ channel: log }] }\n");
        for (var i = 0; i < 10_000; i++)
        {
            aliases.Append("  - *a\n");
        }

        var file = folder.Write("many.yaml", aliases.ToString());
        Assert.Contains(
            FolderReading.At(folder.Path).Problems,
            p => p.ToString() == $"{file}:2: users: is too long; allowed: a list of at most 10000 entries; " +
                "current value: a list of 10001");
    }

    [Fact]
    public void A_folder_that_is_missing_or_empty_names_the_setting()
    {
        using var folder = new TempFolder("configuration");
        Assert.Equal(
            folder.Path + ": holds no configuration; allowed: a folder of .yaml files, named by CORRELATION_CONFIG",
            Assert.Single(FolderReading.At(folder.Path).Problems).ToString());
        var missing = Assert.Single(FolderReading.At(folder.PathOf("none")).Problems);
        Assert.Equal("a folder of .yaml files, named by CORRELATION_CONFIG", missing.Allowed);
    }

    [Fact]
    public void A_secret_from_the_environment_is_in_no_error()
    {
        using var folder = MinimalFolder.Create();
        folder.Write("chat.yaml", """
            channels:
              - { name: chat, type: webhook, url: "http://${HOST}", secret: "${SECRET}", authorization: "Bearer ä" }
            """);
        var text = string.Join('\n', FolderReading.At(folder.Path, ("HOST", "h"), ("SECRET", "hunter2")).Problems);
        Assert.Contains("channels[chat].secret: must be 'whsec_'", text, StringComparison.Ordinal);
        Assert.Contains("current value: ${SECRET}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer ä", text, StringComparison.Ordinal);
    }

    private static PolicyVersion Good(TempFolder folder, params (string Name, string Value)[] environment)
    {
        var read = FolderReading.At(folder.Path, environment);
        Assert.Empty(read.Problems);
        return read.Policy!;
    }
}
