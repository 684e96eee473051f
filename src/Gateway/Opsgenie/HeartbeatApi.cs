using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Everything under /v2/heartbeats. A ping needs only a key, the rest configuration rights.</summary>
internal sealed class HeartbeatApi(IGrains grains, IReads reads)
{
    public const int LongestName = 512;
    private const int PageSize = 500;

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call)
    {
        var (name, action) = Split(call.Path.Rest);
        if (name.Length > LongestName)
        {
            return new(ApiAnswer.Invalid("name", $"A heartbeat's name has at most {LongestName} characters."));
        }

        return (call.Method.ToUpperInvariant(), name, action) switch
        {
            ("GET" or "POST" or "PUT" or "PATCH", not "", "ping") => PingAsync(call, name),
            ("GET", "", _) => AlertApi.WithRight(call, KeyRights.Read, () => ListAsync(call)),
            ("GET", _, "") => AlertApi.WithRight(call, KeyRights.Read, () => GetAsync(call, name)),
            ("POST", "", _) => AlertApi.WithRight(call, KeyRights.Configure, () => CreateAsync(call)),
            ("PATCH", not "", "") => AlertApi.WithRight(call, KeyRights.Configure, () => UpdateAsync(call, name)),
            ("DELETE", not "", "") => AlertApi.WithRight(call, KeyRights.Configure, () => DeleteAsync(call, name)),
            ("POST", _, "enable") =>
                AlertApi.WithRight(call, KeyRights.Configure, () => SetEnabledAsync(call, name, true)),
            ("POST", _, "disable") =>
                AlertApi.WithRight(call, KeyRights.Configure, () => SetEnabledAsync(call, name, false)),
            _ => new(ApiAnswer.MethodNotAllowed(call.Method, (name, action) switch
            {
                ("", _) => ["GET", "POST"],
                (_, "") => ["GET", "PATCH", "DELETE"],
                (_, "ping") => ["GET", "POST", "PUT", "PATCH"],
                _ => ["POST"],
            })),
        };
    }

    /// <summary>The body, whatever it is, is not looked at: Alertmanager posts its whole notification here.</summary>
    private async ValueTask<ApiAnswer> PingAsync(ApiCall call, string name)
    {
        // Only a team's key can be the wrong one: every other ping is one command and nothing else.
        if (call.Key.Team is not null && await FindAsync(name) is { } found && !MaySee(call.Key, found))
        {
            return OtherTeam(call.Key, found);
        }

        return await PingAsync(grains, name);
    }

    /// <summary>By a key of no team.</summary>
    public static async ValueTask<ApiAnswer> PingAsync(IIntake intake, string name)
    {
        var ping = new GrainCommand(GrainOf(name), new HeartbeatCommand.Ping());
        return ApiAnswer.Accepted((await intake.SendAsync([ping], CommandClass.Intake))[0]) with
        {
            Result = "PONG - Heartbeat received",
        };
    }

    private async ValueTask<ApiAnswer> ListAsync(ApiCall call)
    {
        var all = new List<HeartbeatState>();
        string? after = null;
        while (true)
        {
            var page = await reads.ListGrainsAsync(GrainKind.Heartbeat, after, PageSize, call.Aborted);
            all.AddRange(page.OfType<HeartbeatState>().Where(h => !h.Deleted && MaySee(call.Key, h)));
            if (page.Count < PageSize)
            {
                break;
            }

            after = page[^1].Grain.Key;
        }

        return ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("heartbeats");
            foreach (var heartbeat in all)
            {
                Write(json, heartbeat);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async ValueTask<ApiAnswer> GetAsync(ApiCall call, string name)
    {
        var (found, refusal) = await FindAsync(call, name);
        return refusal ?? ApiAnswer.Ok(json => Write(json, found!));
    }

    private async ValueTask<ApiAnswer> CreateAsync(ApiCall call)
    {
        var (body, refusal) = await ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body!.Create() is not { } settings)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        settings = settings with { OwnerTeam = call.Key.Team ?? settings.OwnerTeam };
        var create = new HeartbeatCommand.Create(settings);
        var answer = await grains.SendAsync(GrainOf(settings.Name), create, CommandClass.Person);
        var taken = new ApiAnswer(409) { Message = $"Heartbeat with name [{settings.Name}] already exists." };
        return Done(answer, 201, "Created", taken);
    }

    private async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, string name)
    {
        var (body, refusal) = await ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var (found, unseen) = await FindAsync(call, name);
        if (unseen is not null)
        {
            return unseen;
        }

        if (body!.Change(found!.Settings) is not { } settings)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        settings = settings with { OwnerTeam = call.Key.Team ?? settings.OwnerTeam };
        return Done(await UpdateAsync(name, settings, body.KeepsInterval), 200, "Updated", Unknown(name));
    }

    private async ValueTask<ApiAnswer> SetEnabledAsync(ApiCall call, string name, bool enabled)
    {
        var (found, refusal) = await FindAsync(call, name);
        return refusal ?? Done(
            await UpdateAsync(name, found!.Settings with { Enabled = enabled }, keepsInterval: true),
            200, enabled ? "Enabled" : "Disabled", Unknown(name));
    }

    private async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, string name)
    {
        var (_, refusal) = await FindAsync(call, name);
        if (refusal is not null)
        {
            return refusal;
        }

        var answer = await grains.SendAsync(GrainOf(name), new HeartbeatCommand.Delete(), CommandClass.Person);
        return Done(answer, 200, "Deleted", Unknown(name));
    }

    private ValueTask<Answer> UpdateAsync(string name, HeartbeatSettings settings, bool keepsInterval) =>
        grains.SendAsync(GrainOf(name), new HeartbeatCommand.Update(settings, keepsInterval), CommandClass.Person);

    private async ValueTask<HeartbeatState?> FindAsync(string name) =>
        await grains.ReadAsync(GrainOf(name)) is HeartbeatState { Deleted: false } found ? found : null;

    /// <summary>Refused when there is none, or none that the key may see.</summary>
    private async ValueTask<(HeartbeatState? Found, ApiAnswer? Refusal)> FindAsync(ApiCall call, string name) =>
        await FindAsync(name) switch
        {
            null => (null, Unknown(name)),
            var found when !MaySee(call.Key, found) => (null, OtherTeam(call.Key, found)),
            var found => (found, null),
        };

    private static bool MaySee(ApiKey key, HeartbeatState heartbeat) => key.Sees(heartbeat.Settings.OwnerTeam);

    private static ApiAnswer OtherTeam(ApiKey key, HeartbeatState heartbeat) =>
        ApiAnswer.OtherTeam(key, $"the heartbeat '{heartbeat.Settings.Name}'");

    private ValueTask<(HeartbeatBody? Value, ApiAnswer? Refusal)> ReadAsync(ApiCall call) =>
        RequestBody.ReadAsync(call.Http, (in sequence) =>
        {
            var parsed = new HeartbeatBody(grains.Policy);
            parsed.Read(sequence);
            return parsed;
        });

    private static ApiAnswer Done(Answer answer, int status, string result, ApiAnswer refused) => answer switch
    {
        { Outcome: Outcome.Refused } => refused,
        { Outcome: Outcome.Poison } => new ApiAnswer(500) { Message = answer.Reason },
        _ => new ApiAnswer(status)
        {
            Result = result,
            RequestId = answer.Position.ToRequestId(),
            Data = answer.State is HeartbeatState { Deleted: false } state ? json => WriteBrief(json, state) : null,
        },
    };

    private void Write(Utf8JsonWriter json, HeartbeatState heartbeat)
    {
        var settings = heartbeat.Settings;
        json.WriteStartObject();
        json.WriteString("name", settings.Name);
        json.WriteString("description", settings.Description);
        json.WriteNumber("interval", settings.IntervalCount);
        json.WriteString("intervalUnit", settings.IntervalUnit);
        json.WriteBoolean("enabled", settings.Enabled);
        json.WriteBoolean("expired", heartbeat.Expired);
        AlertJson.WriteTime(json, "lastPingTime", heartbeat.Pings.LastPingAt);
        if (settings.OwnerTeam.Length > 0)
        {
            json.WriteStartObject("ownerTeam");
            json.WriteString("id", People.IdOf(grains.Policy, "team", settings.OwnerTeam));
            json.WriteString("name", settings.OwnerTeam);
            json.WriteEndObject();
        }

        json.WriteString("alertMessage", settings.Message);
        AlertJson.WriteTexts(json, "alertTags", settings.AlertTags);
        json.WriteString("alertPriority", settings.AlertPriority.ToString());
        json.WriteEndObject();
    }

    private static void WriteBrief(Utf8JsonWriter json, HeartbeatState heartbeat)
    {
        json.WriteStartObject();
        json.WriteString("name", heartbeat.Settings.Name);
        json.WriteBoolean("enabled", heartbeat.Settings.Enabled);
        json.WriteBoolean("expired", heartbeat.Expired);
        json.WriteEndObject();
    }

    private static ApiAnswer Unknown(string name) => ApiAnswer.NotFound($"Heartbeat with name [{name}] does not exist");

    private static GrainId GrainOf(string name) => new(GrainKind.Heartbeat, name);

    public static (string Name, string Action) Split(string rest)
    {
        var slash = rest.LastIndexOf('/');
        var last = rest[(slash + 1)..];
        return slash > 0 && last is ("ping" or "enable" or "disable")
            ? (Texts.Decode(rest[..slash].TrimEnd('/')), last)
            : (Texts.Decode(rest), "");
    }
}
