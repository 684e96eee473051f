using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Inhibitions;

/// <summary>
/// One rule with one set of values of its equal labels: how many sources fire, and which targets want to know. The
/// targets are child rows, for there may be thousands; of the sources only the first few are known by name.
/// </summary>
public sealed record InhibitionState : GrainState
{
    public const int FirstFew = 10;

    /// <summary>Targets told per turn.</summary>
    public const int Page = 500;

    public required string Key { get; init; }

    /// <summary>Open alerts that only the rule's source side matches: they hold every target back.</summary>
    public int Sources { get; init; }

    /// <summary>Open alerts that both sides match: they hold back who is a target only, so none holds back itself.</summary>
    public int BothSides { get; init; }

    public ValueList<InhibitionParty> FirstSources { get; init; } = [];

    public int Targets { get; init; }

    /// <summary>Telling targets: the last key told, null when nothing is to be told.</summary>
    public string? TellAfter { get; init; }

    public DateTimeOffset? TellAt { get; init; }

    /// <summary>Nobody needs it any more.</summary>
    [JsonIgnore]
    public bool IsEmpty => Sources + BothSides + Targets == 0 && TellAt is null;

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Inhibition, Key);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers =>
        TellAt is { } tell ? [new GrainTimer("tell", tell, Read: new ItemRange("targets", TellAfter ?? "", Page))] : [];
}

public abstract record InhibitionCommand : Command
{
    private InhibitionCommand()
    {
    }

    /// <summary>An alert has this part from now on. A target is answered, and told of every change.</summary>
    public sealed record Enter(InhibitionParty Party) : InhibitionCommand;

    /// <summary>It is over, or the rule has changed: the party as it entered.</summary>
    public sealed record Leave(InhibitionParty Party) : InhibitionCommand;

    /// <summary>Said to itself: the target is answered a turn later, when all that came with it has entered too.</summary>
    public sealed record Answer(InhibitionParty Party) : InhibitionCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due, ValueList<Item> Items) : InhibitionCommand;
}
