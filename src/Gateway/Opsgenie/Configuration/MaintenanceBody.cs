using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>A maintenance as it is asked for: a time, and the integrations that are disabled for it.</summary>
internal static class MaintenanceBody
{
    public const string Schedule = "schedule";

    private const int LongestDescription = 1_000;
    private const int LongestTitle = 60;

    /// <summary>Until somebody ends it, which a person will do before.</summary>
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(36_500);

    public static MaintenanceCommand.Set Read(BodyObject body, string id, PolicyVersion policy, DateTimeOffset now)
    {
        var description = Texts.Cut(body.Text("description") ?? "", LongestDescription);
        var (type, start, end) = ReadTime(body, now);
        var window = new MaintenanceWindow(
            id,
            $"{(description.Length > 0 ? Texts.Cut(description, LongestTitle) : "maintenance")} ({id[..8]})",
            description,
            new MaintenanceScope(MatcherSet.Empty, [], [], ReadIntegrations(body, policy)),
            "UTC",
            default,
            TimeSpan.Zero,
            Recurrence.Once,
            [],
            null);
        return new MaintenanceCommand.Set(Between(window, start, end), type, start, end);
    }

    /// <summary>A window's start is kept in whole seconds.</summary>
    public static MaintenanceWindow Between(MaintenanceWindow window, DateTimeOffset start, DateTimeOffset end)
    {
        var whole = DateTimeOffset.FromUnixTimeSeconds(start.ToUnixTimeSeconds());
        return window with
        {
            Start = Instant.FromDateTimeOffset(whole).InUtc().LocalDateTime,
            Duration = end > whole ? end - whole : TimeSpan.Zero,
            ByApi = true,
        };
    }

    private static (string Type, DateTimeOffset Start, DateTimeOffset End) ReadTime(BodyObject body, DateTimeOffset now)
    {
        var time = body.Object("time");
        var type = time?.Text("type")?.ToLowerInvariant() ?? "";
        TimeSpan? length = type switch
        {
            "for-5-minutes" => TimeSpan.FromMinutes(5),
            "for-30-minutes" => TimeSpan.FromMinutes(30),
            "for-1-hour" => TimeSpan.FromHours(1),
            "indefinitely" => ForEver,
            _ => null,
        };
        if (length is { } known)
        {
            return (type, now, now + known);
        }

        if (type != Schedule)
        {
            body.Errors.Add(
                "time.type",
                "time.type must be one of for-5-minutes, for-30-minutes, for-1-hour, indefinitely, schedule.");
            return (type, now, now);
        }

        var (start, end) = (time!.Time("startDate"), time.Time("endDate"));
        if (start is null || end is null)
        {
            body.Errors.Add(
                start is null ? "time.startDate" : "time.endDate", "startDate and endDate are needed for a schedule.");
        }

        return (type, start ?? now, end ?? now);
    }

    /// <summary>A maintenance that disables nothing would be a mistake nobody notices.</summary>
    private static ValueList<string> ReadIntegrations(BodyObject body, PolicyVersion policy)
    {
        var known = policy.Keys.Where(key => key.Type == ApiKeyType.Integration)
            .Select(key => key.IntegrationId)
            .ToList();
        var found = new List<string>();
        foreach (var rule in body.Objects("rules") ?? [])
        {
            var entity = rule.Object("entity");
            var id = entity?.Text("id") ?? "";
            if (entity?.Text("type")?.ToLowerInvariant() != "integration")
            {
                rule.Errors.Add(
                    rule.PathOf("entity.type"), "entity.type must be integration: a policy is switched off by itself.");
            }
            else if (known.Find(one => one.Equals(id, StringComparison.OrdinalIgnoreCase)) is not { } integration)
            {
                rule.Errors.Add(rule.PathOf("entity.id"), $"There is no integration '{id}'.");
            }
            else if (rule.Text("state")?.ToLowerInvariant() is null or "disabled")
            {
                found.Add(integration);
            }
        }

        if (found.Count == 0)
        {
            body.Errors.Add("rules", "rules must disable at least one integration.");
        }

        return found.Distinct(StringComparer.Ordinal).ToValueList();
    }
}
