using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// What a source says once, in the source's own words: adapters parse and key it, deciders classify it.
/// </summary>
public sealed record Signal
{
    /// <summary>Dedup key: trigger, re-send and resolve of one problem share it.</summary>
    public required string Alias { get; init; }

    /// <summary>True when the sender gave no alias: then it is a fresh id, which is the alert's too.</summary>
    public bool AliasIsId { get; init; }

    public required string Message { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Opsgenie's details, Alertmanager's labels.</summary>
    public Labels Labels { get; init; } = Labels.Empty;

    /// <summary>
    /// Texts that may change with every re-send (annotations, generatorURL). Never part of the identity.
    /// </summary>
    public Labels Texts { get; init; } = Labels.Empty;

    public ValueList<string> Tags { get; init; } = [];

    public ValueList<string> Actions { get; init; } = [];

    public string Entity { get; init; } = "";

    public string Source { get; init; } = "";

    public Priority? Priority { get; init; }

    public ValueList<Responder> Responders { get; init; } = [];

    public ValueList<Responder> VisibleTo { get; init; } = [];

    public string User { get; init; } = "";

    public string Note { get; init; } = "";

    /// <summary>
    /// What did not fit the limits of the API it came by, said once in the opening's note; null when all did.
    /// </summary>
    public string? Cut { get; init; }

    /// <summary>Who delivered it: the key's name and the adapter's type.</summary>
    public Integration Integration { get; init; } = Integration.None;

    /// <summary>Team of a team-owned key: it takes the alert, whatever the payload says.</summary>
    public string? KeyTeam { get; init; }

    /// <summary>When the problem began, by the source. Null where the source has no such notion (Opsgenie).</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>
    /// In the past: resolved then. In the future: expires then unless re-sent. Null: stays until closed.
    /// </summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>
    /// The source says in so many words that it is over, whatever its clock and ours make of the end time.
    /// </summary>
    public bool Resolved { get; init; }

    /// <summary>True when silence of this source means the problem is over.</summary>
    public bool ResendsWhileFiring { get; init; }

    /// <summary>
    /// True of a source that re-sends hours apart and says when it is over, but not always: a long silence means that
    /// this was lost.
    /// </summary>
    public bool ResendsSeldom { get; init; }

    /// <summary>
    /// Its end as the log keeps times: what is folded now and what is folded again after a crash must be the same.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? WholeEnd =>
        EndsAt is { } given ? DateTimeOffset.FromUnixTimeMilliseconds(given.ToUnixTimeMilliseconds()) : null;

    /// <summary>Of its texts, without those that are short by themselves.</summary>
    [JsonIgnore]
    public int Characters => Message.Length + Description.Length + Note.Length + Labels.Characters + Texts.Characters;

    public bool IsOver(DateTimeOffset at) => Resolved || EndsAt <= at;

    /// <summary>What it advances of an open alert that it repeats.</summary>
    /// <param name="texts">The alert's latest.</param>
    public AlertDelta DeltaTo(AlertTally count, Labels texts, PolicyVersion policy, DateTimeOffset at) =>
        new(1, at, WholeEnd ?? EndOfSilence(count, policy, at), Texts.Count == 0 || Texts.Equals(texts) ? null : Texts);

    /// <summary>
    /// Sent without an end it fires for as long as such silence lasts: an end that was announced before and comes
    /// sooner is off.
    /// </summary>
    private DateTimeOffset? EndOfSilence(AlertTally count, PolicyVersion policy, DateTimeOffset at)
    {
        var end = at + policy.Settings.ResolveTimeout;
        return ResendsWhileFiring && count.EndsAt < end ? end : null;
    }
}

/// <param name="Type">user, team, escalation or schedule; lower case.</param>
public sealed record Responder(string Type, string Name);

public sealed record Integration(string Id, string Name, string Type)
{
    public static readonly Integration None = new("", "", "API");
}
