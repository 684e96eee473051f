using System.Globalization;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>What an action on an alert was asked with: a JSON body, or the query of a DELETE.</summary>
internal sealed class ActionBody(AlertFields wanted, PolicyVersion policy) : JsonBody
{
    private readonly Limits _limits = new();

    public string User { get; private set; } = "";

    public string Source { get; private set; } = "";

    public string Note { get; private set; } = "";

    public string Message { get; private set; } = "";

    public string Description { get; private set; } = "";

    public DateTimeOffset? EndTime { get; private set; }

    public Priority? Priority { get; private set; }

    public Responder? Owner { get; private set; }

    public Responder? Escalation { get; private set; }

    /// <summary>More than one only for the type <c>teams</c>.</summary>
    public List<Responder> Responders { get; private set; } = [];

    public ValueList<string> Tags { get; private set; } = [];

    public Labels Details { get; private set; } = Labels.Empty;

    public void Read(ApiQuery query)
    {
        User = _limits.Cut(query["user"], Limits.User, "user");
        Source = _limits.Cut(query["source"], Limits.Source, "source");
        Note = _limits.Cut(query["note"], Limits.Note, "note");
    }

    protected override bool TryReadField(ref Utf8JsonReader reader)
    {
        switch (FieldOf(ref reader) & wanted)
        {
            case AlertFields.User:
                User = ReadText(ref reader, "user", Limits.User);
                break;
            case AlertFields.Source:
                Source = ReadText(ref reader, "source", Limits.Source);
                break;
            case AlertFields.Note:
                Note = ReadText(ref reader, "note", Limits.Note);
                break;
            case AlertFields.Message:
                Message = ReadText(ref reader, "message", Limits.Message);
                break;
            case AlertFields.Description:
                Description = ReadText(ref reader, "description", Limits.Description);
                break;
            case AlertFields.EndTime:
                EndTime = ReadTime(ref reader);
                break;
            case AlertFields.Priority:
                Priority = PriorityText.Read(JsonTexts.ReadText(ref reader, "priority", Errors), Errors);
                break;
            case AlertFields.Owner:
                Owner = ResponderReader.ReadOne(ref reader, "owner", "user", policy, Errors).FirstOrDefault();
                break;
            case AlertFields.Escalation:
                Escalation = ResponderReader.ReadOne(ref reader, "escalation", "escalation", policy, Errors).FirstOrDefault();
                break;
            case AlertFields.Responder:
                Responders = ResponderReader.ReadOne(ref reader, "responder", null, policy, Errors);
                break;
            case AlertFields.Team:
                Responders = ResponderReader.ReadOne(ref reader, "team", "team", policy, Errors);
                break;
            case AlertFields.Tags:
                Tags = _limits.Cut(JsonTexts.ReadTexts(ref reader, "tags", Errors), Limits.Tags, Limits.Tag, "tags");
                break;
            case AlertFields.Details:
                Details = DetailsReader.Read(ref reader, Errors, _limits);
                break;
            default:
                return false;
        }

        return true;
    }

    private static AlertFields FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("user"u8) ? AlertFields.User
        : reader.ValueTextEquals("source"u8) ? AlertFields.Source
        : reader.ValueTextEquals("note"u8) ? AlertFields.Note
        : reader.ValueTextEquals("message"u8) ? AlertFields.Message
        : reader.ValueTextEquals("description"u8) ? AlertFields.Description
        : reader.ValueTextEquals("endTime"u8) ? AlertFields.EndTime
        : reader.ValueTextEquals("priority"u8) ? AlertFields.Priority
        : reader.ValueTextEquals("owner"u8) ? AlertFields.Owner
        : reader.ValueTextEquals("escalation"u8) ? AlertFields.Escalation
        : reader.ValueTextEquals("responder"u8) ? AlertFields.Responder
        : reader.ValueTextEquals("team"u8) ? AlertFields.Team
        : reader.ValueTextEquals("tags"u8) ? AlertFields.Tags
        : reader.ValueTextEquals("details"u8) ? AlertFields.Details
        : AlertFields.None;

    private string ReadText(ref Utf8JsonReader reader, string field, int limit) =>
        _limits.Cut(JsonTexts.ReadText(ref reader, field, Errors), limit, field);

    private DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (JsonTexts.ReadText(ref reader, "endTime", Errors) is not { Length: > 0 } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Style, out var time))
        {
            return time;
        }

        Errors.Add("endTime", "endTime must be a date and time such as 2026-01-20T11:25:22Z.");
        return null;
    }
}
