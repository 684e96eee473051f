using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>The body of a create: the hot path, straight from bytes to a signal.</summary>
internal sealed class SignalBody(PolicyVersion policy) : JsonBody
{
    private readonly Limits _limits = new();
    private string? _message;
    private string? _alias;
    private string? _description;
    private string? _entity;
    private string? _source;
    private string? _user;
    private string? _note;
    private string? _priority;
    private List<string>? _tags;
    private List<string>? _actions;
    private List<Responder>? _responders;
    private List<Responder>? _teams;
    private List<Responder>? _visibleTo;
    private Labels _details = Labels.Empty;

    /// <param name="caller">Address of the caller: the source when none is given.</param>
    /// <param name="freshId">Alias and id when no alias is given.</param>
    /// <returns>Null when there are errors.</returns>
    public Signal? Build(ApiKey key, Integration integration, string caller, Func<Guid> freshId)
    {
        var priority = PriorityText.Read(_priority, "priority", Errors);
        if (string.IsNullOrWhiteSpace(_message))
        {
            Errors.Add("message", "Message can not be empty.");
        }

        if (_alias is { Length: > Limits.Alias } && Texts.Length(_alias) > Limits.Alias)
        {
            Errors.Add(
                "alias",
                $"Alias can not be longer than {Limits.Alias} characters: it is never cut, for two could become one.");
        }

        if (Errors.Any)
        {
            return null;
        }

        var signal = new Signal
        {
            Alias = _alias is { Length: > 0 } ? _alias : freshId().ToString(),
            AliasIsId = _alias is not { Length: > 0 },
            Message = _limits.Cut(_message, Limits.Message, "message"),
            Description = _limits.Cut(_description, Limits.Description, "description"),
            Labels = _details,
            Tags = _limits.Cut(_tags, Limits.Tags, Limits.Tag, "tags"),
            Actions = _limits.Cut(_actions, Limits.Actions, Limits.Action, "actions"),
            Entity = _limits.Cut(_entity, Limits.Entity, "entity"),
            Source = _limits.Cut(_source is { Length: > 0 } ? _source : caller, Limits.Source, "source"),
            Priority = priority,
            Responders = key.Team is null ? Those([.. _responders ?? [], .. _teams ?? []], "responders") : [],
            VisibleTo = Those(_visibleTo ?? [], "visibleTo"),
            User = _limits.Cut(_user, Limits.User, "user"),
            Note = _limits.Cut(_note, Limits.Note, "note"),
            Integration = integration,
            KeyTeam = key.Team,
        };
        return _limits.Told.Length == 0 ? signal : signal with { Cut = _limits.Told };
    }

    protected override bool TryReadField(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("message"u8) ? Read(ref reader, ref _message, "message")
        : reader.ValueTextEquals("alias"u8) ? Read(ref reader, ref _alias, "alias")
        : reader.ValueTextEquals("description"u8) ? Read(ref reader, ref _description, "description")
        : reader.ValueTextEquals("details"u8) ? ReadDetails(ref reader)
        : reader.ValueTextEquals("tags"u8) ? Read(ref reader, ref _tags, "tags")
        : reader.ValueTextEquals("source"u8) ? Read(ref reader, ref _source, "source")
        : reader.ValueTextEquals("entity"u8) ? Read(ref reader, ref _entity, "entity")
        : reader.ValueTextEquals("priority"u8) ? Read(ref reader, ref _priority, "priority")
        : reader.ValueTextEquals("responders"u8) ? Read(ref reader, ref _responders, "responders", null)
        : reader.ValueTextEquals("note"u8) ? Read(ref reader, ref _note, "note")
        : reader.ValueTextEquals("user"u8) ? Read(ref reader, ref _user, "user")
        : reader.ValueTextEquals("actions"u8) ? Read(ref reader, ref _actions, "actions")
        : reader.ValueTextEquals("visibleTo"u8) ? Read(ref reader, ref _visibleTo, "visibleTo", null)
        : reader.ValueTextEquals("teams"u8) && Read(ref reader, ref _teams, "teams", "team");

    private bool Read(ref Utf8JsonReader reader, ref string? text, string field)
    {
        text = JsonTexts.ReadText(ref reader, field, Errors);
        return true;
    }

    private bool Read(ref Utf8JsonReader reader, ref List<string>? list, string field)
    {
        list = JsonTexts.ReadTexts(ref reader, field, Errors);
        return true;
    }

    private bool Read(ref Utf8JsonReader reader, ref List<Responder>? list, string field, string? type)
    {
        list = ResponderReader.ReadAll(ref reader, field, type, policy, Errors);
        return true;
    }

    private bool ReadDetails(ref Utf8JsonReader reader)
    {
        _details = DetailsReader.Read(ref reader, Errors, _limits);
        return true;
    }

    private ValueList<Responder> Those(List<Responder> responders, string field) =>
        responders.Count == 0 ? [] : _limits.First(responders, Limits.Responders, field).Distinct().ToValueList();
}
