using System.Text.Json;
using System.Text.Json.Serialization;

namespace Correlation.Grains.Model;

/// <summary>
/// The durable state of a grain. Its timers are derived from it, so a state and its timers can never disagree: the
/// engine writes the difference between the timers before and after a decision.
/// </summary>
public abstract record GrainState
{
    [JsonIgnore]
    public abstract GrainId Grain { get; }

    [JsonIgnore]
    public abstract IEnumerable<GrainTimer> Timers { get; }

    /// <summary>
    /// What a repeat may change, kept apart from the document so that a checkpoint rewrites only this.
    /// </summary>
    [JsonIgnore]
    public virtual Tally? Tally => null;

    /// <summary>
    /// Of what a sender may make large, so that a few large ones are not taken for a few ordinary ones.
    /// </summary>
    [JsonIgnore]
    public virtual int Characters => 0;

    /// <summary>Fields of a newer release, carried through unread.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? FromNewerRelease { get; init; }

    /// <summary>Folds a logged repeat in. Total: it reads neither policy nor clock and never decides.</summary>
    public virtual GrainState Fold(Delta delta) =>
        throw new InvalidOperationException($"{Grain} has no repeats, yet the log holds {delta}.");

    public virtual GrainState WithTally(Tally tally) =>
        throw new InvalidOperationException($"{Grain} keeps no tally, yet the store holds {tally}.");
}

/// <summary>What repeats advance.</summary>
public abstract record Tally;

/// <summary>What one repeat advanced, as logged.</summary>
public abstract record Delta;

/// <summary>A state that wants a short number from its partition's counter; 0 until the engine fills it in.</summary>
public interface INumbered
{
    long Number { get; }

    GrainState WithNumber(long number);
}

/// <summary>
/// A durable timer. A duty fires at once when overdue. An absence timer measures silence: it never fires before we have
/// listened for <see cref="Quiet"/>, or our own outage would resolve everything and page it again.
/// </summary>
/// <param name="Name">Unique in its grain.</param>
/// <param name="Due">When to fire.</param>
/// <param name="Quiet">Zero for a duty; for an absence timer the interval it measures, 5 minutes at most.</param>
/// <param name="Read">A page of child rows the fired command wants to see.</param>
public sealed record GrainTimer(string Name, DateTimeOffset Due, TimeSpan Quiet = default, ItemRange? Read = null)
{
    public static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(5);

    public static GrainTimer Absence(string name, DateTimeOffset due, TimeSpan interval) =>
        new(name, due, interval < LongestQuiet ? interval : LongestQuiet);
}

/// <summary>A page of a grain's child rows, in key order, after <paramref name="After"/>.</summary>
public sealed record ItemRange(string Set, string After, int Limit);
