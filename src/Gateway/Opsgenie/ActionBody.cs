using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>What an action on an alert was asked with: a JSON body, or the query of a DELETE.</summary>
internal sealed class ActionBody(ActionFields wanted, PolicyVersion policy) : JsonBody
{
    private readonly Limits _limits = new();

    /// <summary>What was cut to the API's limits, as a sentence; empty when nothing was.</summary>
    public string Cuts => _limits.Told;

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
            case ActionFields.User:
                User = ReadText(ref reader, "user", Limits.User);
                break;
            case ActionFields.Source:
                Source = ReadText(ref reader, "source", Limits.Source);
                break;
            case ActionFields.Note:
                Note = ReadText(ref reader, "note", Limits.Note);
                break;
            case ActionFields.Message:
                Message = ReadText(ref reader, "message", Limits.Message);
                break;
            case ActionFields.Description:
                Description = ReadText(ref reader, "description", Limits.Description);
                break;
            case ActionFields.EndTime:
                EndTime = ReadTime(ref reader);
                break;
            case ActionFields.Priority:
                Priority = PriorityText.Read(JsonTexts.ReadText(ref reader, "priority", Errors), "priority", Errors);
                break;
            case ActionFields.Owner:
                Owner = ResponderReader.ReadOne(ref reader, "owner", "user", policy, Errors).FirstOrDefault();
                break;
            case ActionFields.Escalation:
                Escalation = ResponderReader
                    .ReadOne(ref reader, "escalation", "escalation", policy, Errors)
                    .FirstOrDefault();
                break;
            case ActionFields.Responder:
                Responders = ResponderReader.ReadOne(ref reader, "responder", null, policy, Errors);
                break;
            case ActionFields.Team:
                Responders = ResponderReader.ReadOne(ref reader, "team", "team", policy, Errors);
                break;
            case ActionFields.Tags:
                Tags = _limits.Cut(JsonTexts.ReadTexts(ref reader, "tags", Errors), Limits.Tags, Limits.Tag, "tags");
                break;
            case ActionFields.Details:
                Details = DetailsReader.Read(ref reader, Errors, _limits);
                break;
            default:
                return false;
        }

        return true;
    }

    private static ActionFields FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("user"u8) ? ActionFields.User
        : reader.ValueTextEquals("source"u8) ? ActionFields.Source
        : reader.ValueTextEquals("note"u8) ? ActionFields.Note
        : reader.ValueTextEquals("message"u8) ? ActionFields.Message
        : reader.ValueTextEquals("description"u8) ? ActionFields.Description
        : reader.ValueTextEquals("endTime"u8) ? ActionFields.EndTime
        : reader.ValueTextEquals("priority"u8) ? ActionFields.Priority
        : reader.ValueTextEquals("owner"u8) ? ActionFields.Owner
        : reader.ValueTextEquals("escalation"u8) ? ActionFields.Escalation
        : reader.ValueTextEquals("responder"u8) ? ActionFields.Responder
        : reader.ValueTextEquals("team"u8) ? ActionFields.Team
        : reader.ValueTextEquals("tags"u8) ? ActionFields.Tags
        : reader.ValueTextEquals("details"u8) ? ActionFields.Details
        : ActionFields.None;

    private string ReadText(ref Utf8JsonReader reader, string field, int limit) =>
        _limits.Cut(JsonTexts.ReadText(ref reader, field, Errors), limit, field);

    private DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        if (JsonTexts.ReadText(ref reader, "endTime", Errors) is not { Length: > 0 } text)
        {
            return null;
        }

        if (IsoTime.TryRead(text, out var time))
        {
            return time.ToUniversalTime();
        }

        Errors.Add("endTime", "endTime must be a date and time such as 2026-01-20T11:25:22Z.");
        return null;
    }
}
