using System.Text.Json;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>
/// <see cref="CascadePolicy"/> as a folder that the service reads, every time in it divided by the scale, here or by
/// the service: what an operator writes who plays a story of days in minutes. JSON is YAML.
/// </summary>
internal sealed class StoryFolder(double scale, Uri sink)
{
    public string WriteTo(TempFolder folder)
    {
        folder.Write("config/story.yaml", JsonSerializer.Serialize(Document()));
        return folder.PathOf("config");
    }

    private Dictionary<string, object> Document()
    {
        var policy = CascadePolicy.Value;
        return new Dictionary<string, object>
        {
            ["settings"] = Settings(policy.Settings),
            ["channels"] = new[] { new { name = "sink", type = "webhook", url = sink.ToString() } },
            ["users"] = policy.Users.Select(
                user => new { name = user.Name, contacts = new[] { new { channel = "sink" } } }),
            ["teams"] = policy.Teams.Select(team => new
            {
                name = team.Name,
                escalation = team.Name,
                members = team.Members.Select(member => new { user = member.User, admin = member.Admin }),
            }),
            ["escalations"] = policy.Escalations.Select(escalation => new
            {
                name = escalation.Name,
                team = escalation.Team,
                steps = escalation.Steps.Select(step => new { after = "0s", notify = step.Target.ToString() }),
            }),
            ["routes"] = new[] { new { name = "all", group_by = new[] { "alertname", "team" }, group_wait = "0s", repeat = "7d" } },
            ["kinds"] = policy.Kinds.Select(kind => Kind(kind, policy.Settings.DefaultTeam)),
        };
    }

    private Dictionary<string, object> Settings(PolicySettings settings) => new()
    {
        ["default_team"] = settings.DefaultTeam,
        ["hold"] = Text(settings.Hold),
        ["reopen_window"] = Text(settings.ReopenWindow),
        ["flap_window"] = Durations.Format(settings.FlapWindow),
        ["webhook_timeout"] = Durations.Format(settings.WebhookTimeout),
        ["correlation"] = new Dictionary<string, object>
        {
            ["time_scale"] = scale,
            ["settle"] = Text(settings.Correlation.Settle),
            ["gather"] = Text(settings.Correlation.Gather),
        },
    };

    /// <summary>Lags and windows are as they are: the service divides them itself.</summary>
    private Dictionary<string, object> Kind(Kind kind, string team)
    {
        var written = new Dictionary<string, object>
        {
            ["name"] = kind.Name,
            ["alert_names"] = kind.AlertNames,
            ["priority"] = kind.Priority.ToString(),
            ["team"] = team,
            ["runbook"] = "look at it",
            ["actions"] = kind.Actions,
            ["cause_window"] = Durations.Format(kind.CauseWindow),
            ["nature"] = kind.Nature switch { KindNature.Change => "change", KindNature.Measurement => "measurement", _ => "fault" },
            ["caused_by"] = kind.CausedBy.Select(cause => new
            {
                kind = cause.Kind,
                lag = new { min = Durations.Format(cause.Lag.Min), max = Durations.Format(cause.Lag.Max) },
            }),
        };
        if (kind.Hold is { } hold)
        {
            written["hold"] = Text(hold);
        }

        if (kind.Watch is { } watch)
        {
            written["watch"] = Durations.Format(watch);
        }

        return written;
    }

    private string Text(TimeSpan story) =>
        Durations.Format(TimeSpan.FromMilliseconds(Math.Max(1, Math.Round((story / scale).TotalMilliseconds))));
}
