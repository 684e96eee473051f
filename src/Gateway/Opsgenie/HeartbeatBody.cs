using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Settings of a heartbeat, whole on a create and in part on a PATCH.</summary>
internal sealed class HeartbeatBody(PolicyVersion policy) : JsonBody
{
    private const int LongestName = 200;
    private const int LongestDescription = 10_000;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(3650);

    private readonly Limits _limits = new();
    private string? _name;
    private string? _description;
    private int? _interval;
    private string? _unit;
    private bool? _enabled;
    private Responder? _ownerTeam;
    private string? _alertMessage;
    private List<string>? _alertTags;
    private string? _alertPriority;

    public bool KeepsInterval => _interval is null && _unit is null;

    /// <summary>Null when there are errors.</summary>
    public HeartbeatSettings? Create()
    {
        if (string.IsNullOrWhiteSpace(_name))
        {
            Errors.Add("name", "Name can not be empty.");
        }
        else if (Texts.Length(_name) > LongestName)
        {
            Errors.Add("name", $"Name can not be longer than {LongestName} characters.");
        }

        if (_interval is null)
        {
            Errors.Add("interval", "Interval can not be empty.");
        }

        if (_unit is null)
        {
            Errors.Add("intervalUnit", "intervalUnit can not be empty.");
        }

        return Change(new HeartbeatSettings(_name ?? "", "", 1, "minutes", true, "", "", [], Priority.P3));
    }

    /// <summary>What is not given stays as it is; a name is never changed. Null when there are errors.</summary>
    public HeartbeatSettings? Change(HeartbeatSettings before)
    {
        var priority = PriorityText.Read(_alertPriority, "alertPriority", Errors);
        var after = before with
        {
            Description = _description is null
                ? before.Description
                : _limits.Cut(_description, LongestDescription, "description"),
            IntervalCount = _interval ?? before.IntervalCount,
            IntervalUnit = UnitOf(_unit) ?? before.IntervalUnit,
            Enabled = _enabled ?? before.Enabled,
            OwnerTeam = _ownerTeam?.Name ?? before.OwnerTeam,
            AlertMessage = _alertMessage is null
                ? before.AlertMessage
                : _limits.Cut(_alertMessage, Limits.Message, "alertMessage"),
            AlertTags = _alertTags is null
                ? before.AlertTags
                : _limits.Cut(_alertTags, Limits.Tags, Limits.Tag, "alertTags"),
            AlertPriority = priority ?? before.AlertPriority,
        };
        if (after.IntervalCount < 1 || MinutesOf(after) > LongestInterval.TotalMinutes)
        {
            Errors.Add("interval", $"Interval must be at least 1 and at most {LongestInterval.TotalDays} days.");
        }

        if (_ownerTeam is not null && policy.FindTeam(_ownerTeam.Name) is null)
        {
            Errors.Add("ownerTeam", $"There is no team '{_ownerTeam.Name}'.");
        }

        return Errors.Any ? null : after;
    }

    protected override bool TryReadField(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("name"u8) ? Read(ref reader, ref _name, "name")
        : reader.ValueTextEquals("description"u8) ? Read(ref reader, ref _description, "description")
        : reader.ValueTextEquals("interval"u8) ? ReadInterval(ref reader)
        : reader.ValueTextEquals("intervalUnit"u8) ? Read(ref reader, ref _unit, "intervalUnit")
        : reader.ValueTextEquals("enabled"u8) ? ReadEnabled(ref reader)
        : reader.ValueTextEquals("ownerTeam"u8) ? ReadOwnerTeam(ref reader)
        : reader.ValueTextEquals("alertMessage"u8) ? Read(ref reader, ref _alertMessage, "alertMessage")
        : reader.ValueTextEquals("alertTags"u8) ? ReadTags(ref reader)
        : reader.ValueTextEquals("alertPriority"u8) && Read(ref reader, ref _alertPriority, "alertPriority");

    private bool Read(ref Utf8JsonReader reader, ref string? text, string field)
    {
        text = JsonTexts.ReadText(ref reader, field, Errors);
        return true;
    }

    private bool ReadInterval(ref Utf8JsonReader reader)
    {
        _interval = JsonTexts.ReadNumber(ref reader, "interval", Errors);
        return true;
    }

    private bool ReadEnabled(ref Utf8JsonReader reader)
    {
        _enabled = JsonTexts.ReadBoolean(ref reader, "enabled", Errors);
        return true;
    }

    private bool ReadOwnerTeam(ref Utf8JsonReader reader)
    {
        _ownerTeam = ResponderReader.ReadOne(ref reader, "ownerTeam", "team", policy, Errors).FirstOrDefault();
        return true;
    }

    private bool ReadTags(ref Utf8JsonReader reader)
    {
        _alertTags = JsonTexts.ReadTexts(ref reader, "alertTags", Errors);
        return true;
    }

    private string? UnitOf(string? text)
    {
        var unit = text?.ToLowerInvariant();
        if (unit is null or "minutes" or "hours" or "days")
        {
            return unit;
        }

        Errors.Add("intervalUnit", "intervalUnit must be one of minutes, hours, days.");
        return null;
    }

    /// <summary>Before it is made a time span, which a large count of days does not fit.</summary>
    private static double MinutesOf(HeartbeatSettings settings) => settings.IntervalCount * settings.IntervalUnit switch
    {
        "hours" => 60d,
        "days" => 1440d,
        _ => 1d,
    };
}
