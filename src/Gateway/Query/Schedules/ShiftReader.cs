using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>From bodies to shifts, with everything that they name looked up.</summary>
internal sealed class ShiftReader(PolicyVersion policy, Schedule schedule, Fields fields, DateTimeOffset now)
{
    public OverrideShift Read(OverrideBody body)
    {
        var from = fields.Time("from", body.From) ?? now;
        var until = fields.Time("until", body.Until);
        var duration = fields.Duration("duration", body.Duration);
        if ((until is null) == (duration is null))
        {
            fields.Wrong("until", "Give either 'until' or 'duration'.");
        }

        return new OverrideShift(from, until ?? from + (duration ?? TimeSpan.Zero), Participant("who", body.Who))
        {
            Replaces = string.IsNullOrEmpty(body.Replaces) ? null : Participant("replaces", body.Replaces),
            Rotations = (body.Rotations ?? []).Select(Rotation).ToValueList(),
            Layer = Layer(body.Layer),
        };
    }

    /// <summary>Each takes the other's place for the other's time.</summary>
    public ValueList<OverrideShift> Read(SwapBody body)
    {
        var (one, other) = (Part("one", body.One), Part("other", body.Other));
        if (one.User == other.User)
        {
            fields.Wrong("other.user", "'one.user' and 'other.user' are the same person.");
        }

        return
        [
            new(one.From, one.Until, other.User) { Replaces = one.User },
            new(other.From, other.Until, one.User) { Replaces = other.User },
        ];
    }

    private (Participant User, DateTimeOffset From, DateTimeOffset Until) Part(string field, SwapPart? part)
    {
        var name = fields.Required(field + ".user", part?.User, Fields.LongestName);
        if (fields.AnyWrong || policy.FindUser(name) is not { } user)
        {
            fields.Wrong(field + ".user", $"There is no user '{name}'.");
            return default;
        }

        fields.Required(field + ".from", part?.From, Fields.LongestName);
        fields.Required(field + ".until", part?.Until, Fields.LongestName);
        var from = fields.Time(field + ".from", part?.From) ?? now;
        var until = fields.Time(field + ".until", part?.Until) ?? now;
        var who = Grains.Policy.Participant.User(user.Name);

        // A swap of a time in which nobody would be replaced is a slip of the pen.
        if (!fields.AnyWrong && (until - from > OnCallCalendar.Horizon || !IsOnCall(who, from, until)))
        {
            fields.Wrong(field, $"'{user.Name}' is not on call by '{schedule.Name}' from {from:u} until {until:u}.");
        }

        return (who, from, until);
    }

    private bool IsOnCall(Participant who, DateTimeOffset from, DateTimeOffset until) => OnCallCalendar
        .Between(schedule, Roster.Of(policy), from, until)
        .Any(segment => segment.OnCall.Any(duty => duty.Who == who));

    private Participant Participant(string field, string? text)
    {
        var who = Grains.Policy.Participant.Parse(fields.Required(field, text, Fields.LongestName).Trim());
        if (policy.Find(who) is { } known)
        {
            return known;
        }

        fields.Wrong(field, $"There is no {Words.Of(who.Type)} '{who.Name}'.");
        return who;
    }

    /// <summary>By id, so that a rename does not lose it.</summary>
    private string Rotation(string name)
    {
        if (schedule.FindRotation(name) is { } rotation)
        {
            return rotation.Key;
        }

        fields.Wrong("rotations", $"The schedule '{schedule.Name}' has no rotation '{name}'.");
        return "";
    }

    private string? Layer(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var found = schedule.Layers.FirstOrDefault(layer => layer.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            fields.Wrong("layer", $"The schedule '{schedule.Name}' has no layer '{name}'.");
        }

        return found;
    }
}
