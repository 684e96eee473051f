namespace Correlation.Grains.Policy;

public enum ParticipantType : byte
{
    User = 1,

    /// <summary>Every member of the team.</summary>
    Team = 2,

    /// <summary>Whom the first step of the escalation notifies.</summary>
    Escalation = 3,

    /// <summary>A turn that is meant to be nobody's: a declared gap.</summary>
    Nobody = 4,
}

/// <summary>Who takes a turn of a rotation, or stands in by an override.</summary>
public readonly record struct Participant(ParticipantType Type, string Name)
{
    /// <summary>How nobody is written.</summary>
    public const string None = "none";

    public static readonly Participant Nobody = new(ParticipantType.Nobody, "");

    public static Participant User(string name) => new(ParticipantType.User, name);

    public static Participant Team(string name) => new(ParticipantType.Team, name);

    public static Participant Escalation(string name) => new(ParticipantType.Escalation, name);

    /// <summary>
    /// A text without a type is a user: <c>ann@example.com</c>, <c>team:ml</c>, <c>escalation:ml</c>, <c>none</c>.
    /// </summary>
    public static Participant Parse(string text) => text.Split(':', 2) switch
    {
        [None] => Nobody,
        ["user", var name] => User(name),
        ["team", var name] => Team(name),
        ["escalation", var name] => Escalation(name),
        _ => User(text),
    };

    /// <summary>Names are one word in any letter case.</summary>
    public bool Equals(Participant other) =>
        Type == other.Type && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => HashCode.Combine(Type, StringComparer.OrdinalIgnoreCase.GetHashCode(Name));

    /// <summary>
    /// As <see cref="Parse"/> reads it. A user is the bare name, as older releases know it, unless that reads as
    /// something else.
    /// </summary>
    public override string ToString() => Type switch
    {
        ParticipantType.Nobody => None,
        ParticipantType.Team => "team:" + Name,
        ParticipantType.Escalation => "escalation:" + Name,
        _ => Parse(Name) == this ? Name : "user:" + Name,
    };
}
