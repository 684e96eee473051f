using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Causes;

/// <summary>A signal of an entity: what may be the cause of others. A change has an id and no alert.</summary>
/// <param name="Id">Of the alert's episode, or made of the change's id.</param>
/// <param name="Alias">Empty for a change.</param>
public sealed record EntitySignal(
    Guid Id, string Alias, string Kind, string Title, DateTimeOffset Onset, KindNature Nature)
{
    /// <summary>Null while it fires.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>As <see cref="Symptom.Habitual"/>.</summary>
    public bool Habitual { get; init; }
}

/// <summary>An alert as an entity upstream of it knows it.</summary>
/// <param name="Path">From that entity to the alert's own, both included; the alert's own alone when it is
/// that.</param>
/// <param name="Confidence">Of the path.</param>
/// <param name="Lag">Of the path, as its edges say; null when they do not.</param>
public sealed record Symptom(
    Guid AlertId,
    string Alias,
    string Kind,
    string Entity,
    DateTimeOffset Onset,
    ValueList<string> Path,
    double Confidence,
    LagRange? Lag)
{
    /// <summary>
    /// Of a watched kind, and a little before it came and went without being worth a page: it says less this time.
    /// </summary>
    public bool Habitual { get; init; }

    /// <summary>Of a watched kind, and it may be over at once: it says nothing of what nobody observed.</summary>
    public bool Fleeting { get; init; }

    [JsonIgnore]
    public int Hops => Path.Count - 1;

    /// <summary>The way by which it is downstream: what is ill in several of these has something in common.</summary>
    [JsonIgnore]
    public string Branch => Path.Count > 1 ? Path[1] : Entity.Length > 0 ? Entity : Alias;
}

/// <summary>What an entity offers an alert as its cause.</summary>
/// <param name="Id">Of the signal; of an unobserved one made of the entity.</param>
/// <param name="Kind">Empty when it was not observed.</param>
/// <param name="Alias">Of the cause's alert; empty for a change, and when it was not observed.</param>
/// <param name="Observed">False for an entity that is only suspected.</param>
/// <param name="Watched">Its kind alone is not worth a page.</param>
/// <param name="Path">URNs, the cause's entity first.</param>
public sealed record Candidate(
    Guid Id,
    string Entity,
    string Kind,
    string Alias,
    string Title,
    DateTimeOffset Onset,
    bool Observed,
    KindNature Nature,
    bool Watched,
    double Score,
    ScoreParts Parts,
    ValueList<string> Path)
{
    /// <summary>Of a fault of measuring: it is over, and holds nothing back any more.</summary>
    public bool IsOver { get; init; }

    /// <summary>
    /// Of a suspect, the entity where most of those that speak for it have their cause; empty when it is suspected
    /// itself, and of a wave, whose members are others from minute to minute.
    /// </summary>
    public string Hearsay { get; init; } = "";

    /// <summary>A fault that is worth a page by itself: what it explains is more than a drift.</summary>
    [JsonIgnore]
    public bool Corroborates => Observed && Nature == KindNature.Fault && !Watched;

    /// <summary>
    /// Who leads those that follow it: its alert, or the entity that has or is suspected to have it. A change is over
    /// at once, whether an alert told of it or not.
    /// </summary>
    [JsonIgnore]
    public GrainId Leader =>
        Alias.Length > 0 && Nature != KindNature.Change ? new(GrainKind.Alert, Alias) : new(GrainKind.Entity, Entity);

    /// <summary>
    /// What is said to be ill: of a wave what those of it have upstream in common, and nothing when that is not known.
    /// </summary>
    [JsonIgnore]
    public string Blamed => !Waves.Is(Entity) ? Entity : Path.Count > 1 ? Path[0] : "";

    public CauseCandidate Shown() => new(Blamed.Length > 0 ? Blamed : Entity, Kind, Math.Round(Score, 3), Parts);
}
