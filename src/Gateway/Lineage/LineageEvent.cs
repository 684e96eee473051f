using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Lineage;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Gateway.Lineage;

/// <summary>Who posts lineage: its key.</summary>
internal sealed record LineageSender(Integration Integration, string? Team)
{
    public static LineageSender Of(ApiKey key) =>
        new(new Integration(key.IntegrationId, key.Name, "OpenLineage"), key.Team);
}

/// <summary>What one OpenLineage event comes to.</summary>
/// <param name="Problem">Why nothing of it can be used; null when something can.</param>
/// <param name="LeftOut">How many datasets, edges and checks were more than one event may have.</param>
internal sealed record LineageEvent(IReadOnlyList<GrainCommand> Commands, string? Problem, int LeftOut)
{
    /// <summary>Never throws: whatever is missing or of a wrong type is as if it were not there.</summary>
    public static LineageEvent Read(JsonElement json, LineageSender sender, PolicyVersion policy, DateTimeOffset now)
    {
        try
        {
            return Found(json, sender, policy, now);
        }
        catch (InvalidOperationException half)
        {
            // How the reader says that a member's name holds half of a surrogate pair.
            return Refuse(half.Message);
        }
    }

    private static LineageEvent Found(JsonElement json, LineageSender sender, PolicyVersion policy, DateTimeOffset now)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Refuse("the event is not an object");
        }

        var found = new LineageFindings(policy);
        if (json.Object("dataset") is { } dataset)
        {
            return found.Dataset(dataset) is null
                ? Refuse("'dataset' has no 'namespace' and 'name'")
                : Of(found, null, "", json, sender, now);
        }

        if (json.Object("job") is not { } job)
        {
            return Refuse("the event has neither a 'job' nor a 'dataset'");
        }

        if (found.Job(job) is not { } urn)
        {
            return Refuse("'job' has no 'name'");
        }

        var (inputs, outputs) = found.Datasets(json, job, urn);
        var run = json.Object("run");
        if (run is { } given)
        {
            found.Run(given, urn, inputs.Concat(outputs).Distinct().ToList());
        }

        return Of(
            found,
            run is { } ran ? Report(json, ran, job, inputs, outputs, found, sender, now) : null,
            urn,
            json,
            sender,
            now);
    }

    private static RunReport? Report(
        JsonElement json,
        JsonElement run,
        JsonElement job,
        IReadOnlyList<string> inputs,
        IReadOnlyList<string> outputs,
        LineageFindings found,
        LineageSender sender,
        DateTimeOffset now)
    {
        const int MostNames = 64;
        const int MostTags = 20;
        const int LongestText = 10_000;
        var facets = run.Object("facets");
        var error = facets?.Object("errorMessage");
        return new RunReport(
            Cut(run.Text("runId"), 200),
            Phase(json.Text("eventType")),
            json.Time("eventTime") ?? now)
        {
            NominalStart = facets?.Object("nominalTime")?.Time("nominalStartTime"),
            WillRetry = WillRetry(facets),
            Inputs = [.. inputs.Take(MostNames)],
            Outputs = [.. outputs.Take(MostNames)],
            Error = Cut(error?.Text("message") ?? "", LongestText),
            Detail = Cut(error?.Text("stackTrace") ?? "", LongestText),
            Team = found.TeamOf(job),
            Tags = [.. LineageFindings.Tags(job).Distinct().Take(MostTags)],
            Source = Cut(json.Text("producer"), 500),
            Integration = sender.Integration,
            KeyTeam = sender.Team,
        };
    }

    private static LineageEvent Of(
        LineageFindings found, RunReport? run, string job, JsonElement json, LineageSender sender, DateTimeOffset now)
    {
        var commands = new List<GrainCommand>();
        if (run is not null)
        {
            commands.Add(new GrainCommand(JobState.IdOf(job), new JobCommand.Report(run)));
        }

        var at = json.Time("eventTime") is { } said && said < now ? said : now;
        foreach (var check in found.Checks)
        {
            var signal = JobSignals.Check(check.Entity, check.Name, check.Detail, check.Passed, check.IsWarning, at) with
            {
                Source = Cut(json.Text("producer"), 500),
                Integration = sender.Integration,
                KeyTeam = sender.Team,
            };
            commands.Add(
                new GrainCommand(new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal)));
        }

        if (found.News(now) is { } learn)
        {
            commands.Add(new GrainCommand(TopologyState.Id, learn));
        }

        return new LineageEvent(commands, null, found.LeftOut);
    }

    /// <summary>
    /// An event without a type, which the schema allows, tells what is read and written and nothing of how it went.
    /// </summary>
    private static RunPhase Phase(string type) => type.ToUpperInvariant() switch
    {
        "START" => RunPhase.Start,
        "RUNNING" => RunPhase.Running,
        "COMPLETE" => RunPhase.Complete,
        "ABORT" => RunPhase.Abort,
        "FAIL" => RunPhase.Fail,
        _ => RunPhase.Other,
    };

    /// <summary>Airflow says which try it was, and of how many.</summary>
    private static bool WillRetry(JsonElement? facets) =>
        facets?.Object("airflow")?.Object("taskInstance") is { } task &&
        task.Number("try_number") is { } tried && task.Number("max_tries") is { } most && tried < most;

    private static LineageEvent Refuse(string problem) => new([], problem, 0);

    private static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
