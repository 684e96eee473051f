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

    /// <summary>Targets told, and sources asked, per turn.</summary>
    public const int Page = 500;

    /// <summary>Of sources that were given up; beyond it a source that is silent is believed to fire.</summary>
    public const int MostGivenUp = 100;

    /// <summary>
    /// How often what holds is asked whether it still fires. What is silent until the next time is given up.
    /// </summary>
    public static readonly TimeSpan AskEvery = TimeSpan.FromMinutes(15);

    public required string Key { get; init; }

    /// <summary>Open alerts that only the rule's source side matches: they hold every target back.</summary>
    public int Sources { get; init; }

    /// <summary>
    /// Open alerts that both sides match: they hold back who is a target only, so none holds back itself.
    /// </summary>
    public int BothSides { get; init; }

    public ValueList<InhibitionParty> FirstSources { get; init; } = [];

    public int Targets { get; init; }

    /// <summary>Telling targets: the last key told, null when nothing is to be told.</summary>
    public string? TellAfter { get; init; }

    public DateTimeOffset? TellAt { get; init; }

    /// <summary>While something holds somebody back: when the sources are asked, or the next page of them.</summary>
    public DateTimeOffset? AskAt { get; init; }

    /// <summary>Asking sources: the last key asked.</summary>
    public string AskAfter { get; init; } = "";

    /// <summary>When the round before the present one began: who has not answered since is given up.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When the present round began; null between rounds.</summary>
    public DateTimeOffset? AskingSince { get; init; }

    /// <summary>Alert ids of sources that did not answer, and count no longer until they do.</summary>
    public ValueList<Guid> GivenUp { get; init; } = [];

    /// <summary>Nobody needs it any more.</summary>
    [JsonIgnore]
    public bool IsEmpty => Sources + BothSides + Targets + GivenUp.Count == 0 && TellAt is null;

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Inhibition, Key);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers
    {
        get
        {
            if (TellAt is { } tell)
            {
                yield return new GrainTimer("tell", tell, Read: new ItemRange("targets", TellAfter ?? "", Page));
            }

            if (AskAt is { } ask)
            {
                yield return GrainTimer.Absence("ask", ask, AskEvery) with { Read = new ItemRange("sources", AskAfter, Page) };
            }
        }
    }
}

/// <summary>A source as the grain keeps it.</summary>
/// <param name="SeenAt">When it last said that it fires.</param>
public sealed record InhibitionSource(InhibitionParty Party, DateTimeOffset SeenAt);

public abstract record InhibitionCommand : Command
{
    private InhibitionCommand()
    {
    }

    /// <summary>An alert has this part from now on. A target is answered, and told of every change.</summary>
    public sealed record Enter(InhibitionParty Party) : InhibitionCommand;

    /// <summary>It is over, or the rule has changed: the party as it entered.</summary>
    public sealed record Leave(InhibitionParty Party) : InhibitionCommand;

    /// <summary>
    /// Said to itself: the target is answered a turn later, when all that came with it has entered too. And asked by a
    /// target that has been held back for long.
    /// </summary>
    public sealed record Answer(InhibitionParty Party) : InhibitionCommand;

    /// <summary>A source that was asked still fires.</summary>
    public sealed record StillFires(InhibitionParty Party) : InhibitionCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due, ValueList<Item> Items) : InhibitionCommand;
}
