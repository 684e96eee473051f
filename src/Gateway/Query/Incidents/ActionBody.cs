using System.ComponentModel;
using Correlation.Grains.Incidents;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>The body of an action on an incident, and the command it means.</summary>
internal abstract record ActionBody : PersonBody
{
    internal abstract IncidentCommand.ByPerson ToAction(in Said said, Fields fields);
}

internal sealed record AcknowledgeBody : ActionBody
{
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields) =>
        new IncidentCommand.Acknowledge(said.User, said.Note);
}

internal sealed record ResolveBody : ActionBody
{
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields) =>
        new IncidentCommand.Resolve(said.User, said.Note);
}

internal sealed record ReopenBody : ActionBody
{
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields) =>
        new IncidentCommand.Reopen(said.User, said.Note);
}

internal sealed record NoteBody : ActionBody
{
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields)
    {
        if (string.IsNullOrWhiteSpace(said.Note))
        {
            fields.Wrong("note", "'note' is required.");
        }

        return new IncidentCommand.AddNote(said.User, said.Note);
    }
}

internal sealed record SnoozeBody : ActionBody
{
    [Description("Until when, such as 2026-05-04T10:00:00Z. Either this or 'duration'.")]
    public string? Until { get; init; }

    [Description("For how long from now, such as 30m, 2h or 1d.")]
    public string? Duration { get; init; }

    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields)
    {
        var until = fields.Time("until", Until);
        var duration = fields.Duration("duration", Duration);
        if ((until is null) == (duration is null))
        {
            fields.Wrong("until", "Give either 'until' or 'duration'.");
        }

        return new IncidentCommand.Snooze(until ?? said.At + (duration ?? TimeSpan.Zero), said.User, said.Note);
    }
}

internal sealed record AssignBody : ActionBody
{
    [Description("Name of the user who has it from now on.")]
    public string? Owner { get; init; }

    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields) =>
        new IncidentCommand.Assign(fields.Required("owner", Owner, Fields.LongestName), said.User, said.Note);
}

internal sealed record EscalateBody : ActionBody
{
    [Description("Name of an escalation to start; by default the next step of its own.")]
    public string? Escalation { get; init; }

    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields) =>
        new IncidentCommand.Escalate(fields.Filter("escalation", Escalation), said.User, said.Note);
}

internal sealed record NotMeBody : ActionBody
{
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields)
    {
        fields.Required("user", User, Fields.LongestName);
        return new IncidentCommand.NotMe(said.User, said.Note);
    }
}

internal sealed record ReapplyEscalationBody : ActionBody
{
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields) =>
        new IncidentCommand.ReapplyEscalation(said.User, said.Note);
}

internal sealed record UnlinkBody : ActionBody
{
    [Description("Id of the alert that does not belong to the incident.")]
    public string? Alert { get; init; }

    /// <summary>Without the alias, which the incident does not know of each of its members.</summary>
    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields)
    {
        var alert = fields.Required("alert", Alert, Fields.LongestName);
        if (!Guid.TryParse(alert, out var id))
        {
            fields.Wrong("alert", $"'{alert}' is not the id of an alert.");
        }

        return new IncidentCommand.Unlink(id, "", said.User, said.Note);
    }
}

internal sealed record MergeBody : ActionBody
{
    [Description("Id of the other incident. The one that was opened first survives.")]
    public string? With { get; init; }

    internal override IncidentCommand.ByPerson ToAction(in Said said, Fields fields)
    {
        var other = fields.Required("with", With, Fields.LongestName);
        var grain = IncidentLookup.GrainOf(other);
        if (grain is null)
        {
            fields.Wrong("with", $"There is no incident '{other}'.");
        }

        return new IncidentCommand.Merge(grain?.Key ?? other, said.User, said.Note);
    }
}
