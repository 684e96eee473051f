using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Causes;

/// <summary>
/// How well a signal of an entity explains an alert: a function of the two, never of which came first to us. Causes
/// come before their symptoms in one strict order, so that no alert is, by whatever way, its own cause.
/// </summary>
public static class Scoring
{
    /// <summary>An entity has only seen what it was told; a lower score says so beside every other cause.</summary>
    private const double LeastOfSuspect = 0.35;

    private const double MostOfSuspect = 0.6;

    /// <summary>A wave counts after every suspect, however far away that is.</summary>
    private const double LeastOfWave = 0.3;

    private const double MostOfWave = 0.31;

    private const double OfUnknownKind = 0.5;
    private const double OnSameEntity = 0.65;
    private const double SayingNothing = 0.2;
    private const double PerHop = 0.9;

    /// <summary>What comes and goes alone is a cause after those that do not.</summary>
    private const double OfWatched = 0.8;

    /// <summary>What comes again and again is there by chance when something else is.</summary>
    private const double OfHabit = 0.4;

    /// <summary>What is left at the end of the lag: the later it follows, the more else may have been.</summary>
    private const double AtLongestLag = 0.6;

    /// <summary>What is left of a symptom that was noticed as long before its cause as the slack allows.</summary>
    private const double AtWholeSlack = 0.5;

    private const int HopsOfCircle = 16;

    /// <returns>Null when it does not explain it.</returns>
    public static Candidate? Of(string entity, EntitySignal cause, Symptom symptom, PolicyVersion policy)
    {
        if (policy.Settings.Causes is not { } settings || cause.Id == symptom.AlertId ||
            IsAnEarlierEpisode(cause, symptom))
        {
            return null;
        }

        var kinds = KindIndex.Of(policy);
        var (weight, lag) = Explain(kinds, cause, symptom, settings);
        var isWatched = cause.Nature == KindNature.Fault && IsWatched(kinds, cause.Kind);
        // What comes and goes is put down to a change, or to what comes and goes itself, only soon after it.
        var isFaint = symptom.Hops > 0 && IsWatched(kinds, symptom.Kind) &&
            (isWatched || cause.Nature == KindNature.Change);
        var (delta, wide) = (symptom.Onset - cause.Onset, With(lag, symptom.Lag, settings));
        var soon = isFaint ? FitSoon(delta, wide, settings.Slack) : 1;
        if (isFaint && soon * weight * OfPath(symptom) < settings.Threshold)
        {
            return null;
        }

        var fit = isFaint && isWatched ? soon : Fit(delta, wide, settings.Slack);
        if (!isWatched && cause.Nature == KindNature.Fault && kinds.Explain(cause.Kind, symptom.Kind) is not null &&
            GoesOn(cause, symptom))
        {
            fit = Math.Max(fit, AtLongestLag);
        }

        var parts = new ScoreParts(
            weight * (isWatched ? OfWatched : 1) * (cause.Habitual || symptom.Habitual ? OfHabit : 1),
            isWatched ? fit * Outlasting(cause, symptom, settings.Slack) : fit,
            OfPath(symptom));
        var score = parts.Kinds * parts.Lag * parts.Path;
        if (score <= 0 || !Precedes(entity, cause, symptom, policy))
        {
            return null;
        }

        return new Candidate(
            cause.Id, entity, cause.Kind, cause.Alias, cause.Title, cause.Onset, Observed: true, cause.Nature,
            isWatched, score, parts, symptom.Path)
        {
            IsOver = cause.Nature == KindNature.Measurement && cause.EndedAt is not null,
        };
    }

    /// <summary>The entity itself, of which nothing was observed.</summary>
    /// <param name="weight">0 to 1: what speaks for it.</param>
    /// <param name="pointsTo">Where those that speak for it have their cause; empty when it is this entity.</param>
    /// <param name="path">From there to the alert, when that is known.</param>
    public static Candidate Suspected(
        string entity, Symptom symptom, DateTimeOffset since, double weight, string pointsTo = "",
        ValueList<string>? path = null)
    {
        // That much is ill at a time says less than what it is downstream of.
        var isWave = Waves.Is(entity) && pointsTo.Length == 0;
        var (least, most) = isWave ? (LeastOfWave, MostOfWave) : (LeastOfSuspect, MostOfSuspect);
        var parts = new ScoreParts(least + ((most - least) * weight), 1, OfPath(symptom));
        return new Candidate(
            SuspectId(entity, pointsTo), entity, "", "", "", since, Observed: false, KindNature.Fault,
            Watched: true, parts.Kinds * parts.Path, parts,
            path ?? (Waves.Is(entity) ? [symptom.Entity] : symptom.Path));
    }

    public static Guid SuspectId(string entity, string pointsTo) =>
        DerivedId.Of("suspect", pointsTo.Length == 0 ? entity : $"{entity} {pointsTo}", 0);

    /// <summary>
    /// The strict order: upstream before downstream; on one entity, and in a circle of the topology, by rank of kind,
    /// then onset, then alias.
    /// </summary>
    public static bool Precedes(string entity, EntitySignal cause, Symptom symptom, PolicyVersion policy)
    {
        if (entity != symptom.Entity && !IsUpstream(symptom.Entity, entity, policy.Topology))
        {
            return true;
        }

        var kinds = KindIndex.Of(policy);
        var (first, second) = (kinds.RankOf(cause.Kind), kinds.RankOf(symptom.Kind));
        return first != second ? first < second
            : cause.Onset != symptom.Onset ? cause.Onset < symptom.Onset
            : string.CompareOrdinal(cause.Alias, symptom.Alias) < 0;
    }

    /// <summary>
    /// Best first: what was observed and counts, then suspects that count, what is guessed, and what does not count.
    /// Since when something is suspected moves with each symptom, and says nothing about who is.
    /// </summary>
    public static int Compare(Candidate one, Candidate other, double threshold)
    {
        var byClass = ClassOf(one, threshold).CompareTo(ClassOf(other, threshold));
        return byClass != 0 ? byClass
            : one.Score != other.Score ? other.Score.CompareTo(one.Score)
            : one.Path.Count != other.Path.Count ? one.Path.Count.CompareTo(other.Path.Count)
            : one.Onset != other.Onset && one.Observed && other.Observed ? other.Onset.CompareTo(one.Onset)
            : string.CompareOrdinal(one.Entity + one.Alias, other.Entity + other.Alias) is not 0 and var byName ? byName
            : one.Id.CompareTo(other.Id);
    }

    /// <summary>0 for an observed cause, 1 for a suspect, 2 for what is guessed, 3 for what does not count.</summary>
    public static int ClassOf(Candidate candidate, double threshold) =>
        candidate.Score < threshold ? 3 : !candidate.Observed ? 1 : IsGuess(candidate) ? 2 : 0;

    /// <summary>It comes and goes alone, and that it did so on the same entity is all that speaks for it.</summary>
    private static bool IsGuess(Candidate candidate) =>
        candidate.Watched && candidate.Path.Count == 1 && candidate.Parts.Kinds <= OnSameEntity * OfWatched;

    /// <summary>How well the time between two onsets fits; 1 at the shortest lag.</summary>
    public static double Fit(TimeSpan delta, LagRange lag, TimeSpan slack)
    {
        if (delta < lag.Min)
        {
            var early = lag.Min + slack;
            return delta < -slack || early <= TimeSpan.Zero
                ? 0
                : AtWholeSlack + ((1 - AtWholeSlack) * ((delta + slack) / early));
        }

        var span = lag.Max - lag.Min;
        if (delta <= lag.Max)
        {
            return span <= TimeSpan.Zero ? 1 : 1 - ((1 - AtLongestLag) * ((delta - lag.Min) / span));
        }

        var grace = (span / 4) + slack;
        var late = delta - lag.Max;
        return late >= grace ? 0 : AtLongestLag * (1 - (late / grace));
    }

    /// <summary>
    /// For what comes and goes on both sides: each further while holds as many coincidences as all before it, and so
    /// counts as much by its logarithm as <see cref="Fit"/> does by its length. 1 at the shortest lag, 0 at the
    /// longest.
    /// </summary>
    public static double FitSoon(TimeSpan delta, LagRange lag, TimeSpan slack)
    {
        var (after, span) = (delta - lag.Min, lag.Max - lag.Min);
        return after <= TimeSpan.Zero || slack <= TimeSpan.Zero ? Fit(delta, lag, slack)
            : after >= span ? 0
            : 1 - (Math.Log(1 + (after / slack)) / Math.Log(1 + (span / slack)));
    }

    /// <summary>
    /// What went away by itself is not behind what begins much later: 1 while it lasts, 0 when it has been over for
    /// twice as long as it lasted.
    /// </summary>
    private static double Outlasting(EntitySignal cause, Symptom symptom, TimeSpan slack) =>
        cause.EndedAt is not { } end || symptom.Onset <= end ? 1
            : Math.Max(0, 1 - ((symptom.Onset - end) / ((2 * (end - cause.Onset)) + slack)));

    /// <summary>What still is the matter goes on having its effects, whenever it began.</summary>
    private static bool GoesOn(EntitySignal cause, Symptom symptom) =>
        symptom.Onset > cause.Onset && (cause.EndedAt is not { } end || symptom.Onset <= end);

    private static bool IsWatched(KindIndex kinds, string kind) => kinds.Find(kind)?.Watch is not null;

    private static bool IsAnEarlierEpisode(EntitySignal cause, Symptom symptom) =>
        cause.Alias.Length > 0 && cause.Alias == symptom.Alias;

    private static (double Weight, LagRange Lag) Explain(
        KindIndex kinds, EntitySignal cause, Symptom symptom, CorrelationSettings settings)
    {
        var (causeKind, symptomKind) = (kinds.Find(cause.Kind), kinds.Find(symptom.Kind));
        // That a kind causes itself is meant of what is upstream.
        var isSameAgain = symptom.Hops == 0 && cause.Kind == symptom.Kind;
        if (!isSameAgain && kinds.Explain(cause.Kind, symptom.Kind) is { } explanation)
        {
            return (explanation.Weight, explanation.Lag);
        }

        // What measures wrongly explains what it measures, and nothing else.
        var weight = cause.Nature == KindNature.Measurement ? 0
            : symptom.Hops == 0 && cause.Nature == KindNature.Fault ? OnSameEntity
            : causeKind is null || symptomKind is null ? OfUnknownKind
            : SayingNothing;
        return (weight, new LagRange(TimeSpan.Zero, settings.SymptomWindow));
    }

    private static LagRange With(LagRange lag, LagRange? edges, CorrelationSettings settings) => edges is null ? lag : new LagRange(
        Shorter(lag.Min, edges.Min / settings.TimeScale), Longer(lag.Max, edges.Max / settings.TimeScale));

    private static double OfPath(Symptom symptom) =>
        Math.Clamp(symptom.Confidence, 0, 1) * Math.Pow(PerHop, Math.Max(symptom.Hops - 1, 0));

    private static bool IsUpstream(string upper, string lower, Graph topology) =>
        topology.IsUpstream(upper, lower, HopsOfCircle);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
