using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Commands.Replay;

/// <param name="Baseline">Null takes what was recorded.</param>
/// <param name="From">Null compares from where the log begins.</param>
/// <param name="To">Null runs to its end.</param>
internal sealed record ReplayRequest(
    PolicyVersion Changed, string ChangedName, PolicyVersion? Baseline, string? BaselineName, DateTimeOffset? From,
    DateTimeOffset? To);

/// <summary>
/// Reads the log once and tells both engines the same, in turn: the one under the configuration that was recorded,
/// the other
/// under the changed one. Nothing in it depends on when or how often it is run.
/// </summary>
internal sealed class Replayer(IRecordedLog log, ReplayRequest request)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Ledger _ledger = new();
    private readonly SortedSet<long> _missingVersions = [];
    private readonly SortedSet<long> _usedVersions = [];
    private Facts _recorded = new();
    private string? _hash;
    private long _redirected;

    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <returns>Null when there is nothing to replay.</returns>
    /// <exception cref="StoreRefusedException">No configuration is known for the first side.</exception>
    public async Task<ReplayReport?> RunAsync(Action<double> progress, CancellationToken cancellation)
    {
        var span = log.Span();
        if (span.IsEmpty)
        {
            return null;
        }

        var end = request.To < span.LastAt ? request.To.Value : span.LastAt;
        _recorded = Facts.Recorded(log, end);
        var policy = await FirstPolicyAsync(span, cancellation);
        var topology = span.IsPruned ? log.Topology() : [];
        using var baseline = new Rerun(policy, topology, span.FirstAt);
        using var changed = new Rerun(request.Changed.WithMade(policy.Made), topology, span.FirstAt);
        await TellAsync(span, end, baseline, changed, progress, cancellation);
        return Report(span, end, baseline, changed);
    }

    private async ValueTask<PolicyVersion> FirstPolicyAsync(RecordedSpan span, CancellationToken cancellation)
    {
        var stored = await FindAsync(span.FirstPolicyVersion, cancellation)
            ?? await FindAsync(span.PolicyVersion, cancellation);
        if (request.Baseline is { } baseline)
        {
            return stored is null ? baseline : baseline.WithMade(stored.Policy.Made);
        }

        _hash = stored?.Hash;
        return stored?.Policy ?? throw new StoreRefusedException(
            $"The store keeps neither the policy version {span.FirstPolicyVersion}, under which the log begins, " +
            "nor the newest: name a folder with --baseline.");
    }

    private async Task TellAsync(
        RecordedSpan span, DateTimeOffset end, Rerun baseline, Rerun changed, Action<double> progress,
        CancellationToken cancellation)
    {
        Rerun[] runs = [baseline, changed];
        var turns = new RecordedTurns(log, span, _recorded, _ledger);
        using var oldRepeats = new OldRepeats(log, _recorded);
        DateTimeOffset? last = null;
        foreach (var turn in turns.All().TakeWhile(turn => turn.At <= end))
        {
            cancellation.ThrowIfCancellationRequested();
            SendAgain(turns, oldRepeats, turn.At, runs);
            foreach (var run in runs)
            {
                MoveTo(turn, last, run);
            }

            if (turn.PolicyVersion is { } version && request.Baseline is null)
            {
                await PublishAsync(version, baseline, cancellation);
            }

            foreach (var run in runs)
            {
                run.Tell(turn.Commands.ConvertAll(told => Redirected(told, run, baseline)));
            }

            last = turn.At;
            progress((turn.Turn - span.FirstTurn + 1.0) / (span.LastTurn - span.FirstTurn + 1));
        }

        SendAgain(turns, oldRepeats, end, runs);
        Array.ForEach(runs, run => run.RunTo(end + Tick));
    }

    /// <summary>A service that was down did nothing: what was due meanwhile comes late, as it did then.</summary>
    private static void MoveTo(RecordedTurn turn, DateTimeOffset? last, Rerun run)
    {
        run.RunTo(turn.Started && last is { } before ? before + Tick : turn.At);
        if (turn.Listens)
        {
            run.Start(turn.At);
        }
    }

    private async ValueTask PublishAsync(long version, Rerun baseline, CancellationToken cancellation)
    {
        if (await FindAsync(version, cancellation) is { } published && published.Hash != _hash)
        {
            _hash = published.Hash;
            baseline.Publish(published.Policy);
        }
    }

    private static void SendAgain(RecordedTurns turns, OldRepeats oldRepeats, DateTimeOffset time, Rerun[] runs)
    {
        foreach (var (at, aliases) in oldRepeats.UpTo(time))
        {
            var told = aliases.Select(alias => turns.Again(alias, at)).OfType<Told>().ToList();
            foreach (var run in runs)
            {
                run.RunTo(at);
                run.Tell(told);
            }
        }
    }

    /// <summary>
    /// What a person did to an incident that is not there is done to the one that holds its first alert: they acted
    /// on the
    /// alerts in front of them.
    /// </summary>
    private Told Redirected(Told told, Rerun run, Rerun baseline)
    {
        if (told.Command is not { To: { Kind: GrainKind.Incident, Key: var id }, Command: IncidentCommand.Person person }
            || run.Facts.Incident(id) is not null
            || (baseline.Facts.Incident(id) ?? _recorded.Incident(id))?.FirstAlias is not { } alias
            || run.Facts.IncidentOf(alias) is not { } there)
        {
            return told;
        }

        _redirected++;
        return told with { Command = new GrainCommand(new GrainId(GrainKind.Incident, there), person) };
    }

    private async ValueTask<StoredPolicy?> FindAsync(long version, CancellationToken cancellation)
    {
        try
        {
            if (await log.FindPolicyAsync(version, cancellation) is { } found)
            {
                _usedVersions.Add(version);
                return found;
            }
        }
        catch (JsonException)
        {
            _ledger.Leave("policy versions that this release cannot read: a newer one wrote them");
        }

        _missingVersions.Add(version);
        return null;
    }

    private ReplayReport Report(RecordedSpan span, DateTimeOffset end, Rerun baseline, Rerun changed)
    {
        var from = request.From > span.FirstAt ? request.From.Value : span.FirstAt;
        return new ReplayReport
        {
            From = from,
            To = end,
            LogBegins = span.FirstAt,
            Baseline = request.BaselineName ?? $"as recorded, policy version {string.Join(", ", _usedVersions)}",
            Changed = request.ChangedName,
            Replayed = _ledger.Taken,
            LeftOut = _ledger.Left,
            BaselineRun = new ReplaySide(baseline.Refused, baseline.Poison),
            ChangedRun = new ReplaySide(changed.Refused, changed.Poison),
            Notes = [.. Notes(span)],
            Recorded = Comparison.Of(_recorded, baseline.Facts, from, end),
            Difference = Comparison.Of(baseline.Facts, changed.Facts, from, end),
        };
    }

    private IEnumerable<string> Notes(RecordedSpan span)
    {
        yield return "Pages count as delivered at once, and calls as answered.";
        if (span.IsPruned)
        {
            yield return "Older turns are not kept: what was open when the log begins is not known, " +
                "and what was declared or learnt of the topology before is taken as it is now.";
        }

        if (span.SummarisedTurn >= span.FirstTurn)
        {
            yield return "Older re-sends are kept by the hour: they are spread over it, no further apart than they were.";
        }

        if (_missingVersions.Count > 0 && request.Baseline is null)
        {
            yield return $"Policy version {string.Join(", ", _missingVersions)} is not kept: " +
                "the one before it stood in, or the newest.";
        }

        if (_redirected > 0)
        {
            yield return $"Acts on incidents that are not there went to the incident of their first alert: {_redirected}.";
        }
    }
}
