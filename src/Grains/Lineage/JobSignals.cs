using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Lineage;

/// <summary>
/// What lineage says is wrong, as signals of the entity it is wrong with. One alias per thing that can be wrong.
/// </summary>
public static class JobSignals
{
    private const int LongestError = 200;
    private const int LongestDetail = 10_000;

    /// <param name="since">When its first failed run ended, of those since the last good one.</param>
    internal static Signal Failed(JobState job, RunReport run, DateTimeOffset since) => Of(job, "JobFailed", "failed") with
    {
        Message = run.Error.Length > 0 ? $"JobFailed - {Name(job)}: {Short(run.Error)}" : $"JobFailed - {Name(job)}",
        Description = Cut($"{run.Error}\n{run.Detail}".Trim(), LongestDetail),
        StartsAt = since,
        Texts = Labels.From(
        [
            new("run", run.RunId),
            .. run.Error.Length > 0
                ? new KeyValuePair<string, string>[] { new("error", Cut(run.Error, LongestDetail)) }
                : [],
            .. job.Outputs.Count > 0
                ? new KeyValuePair<string, string>[] { new("writes", string.Join(", ", job.Outputs.Take(10))) }
                : [],
        ]),
    };

    internal static Signal Works(JobState job, DateTimeOffset at) => Of(job, "JobFailed", "failed") with
    {
        Message = $"JobFailed - {Name(job)}",
        EndsAt = at,
        Resolved = true,
    };

    internal static Signal Missed(JobState job, DateTimeOffset at) => Of(job, "JobMissing", "missing") with
    {
        Message = $"JobMissing - {Name(job)}: no run since {job.BegunAt:yyyy-MM-dd'T'HH:mm:ss'Z'}, one every {Durations.Format(TimeSpan.FromSeconds(Math.Round(job.Interval.TotalSeconds)))} was usual",
        StartsAt = at,
    };

    internal static Signal Came(JobState job, DateTimeOffset at) => Of(job, "JobMissing", "missing") with
    {
        Message = $"JobMissing - {Name(job)}",
        EndsAt = at,
        Resolved = true,
    };

    /// <summary>One check of a dataset or a job; the next result of the same check closes it or goes on.</summary>
    /// <param name="entity">URN.</param>
    /// <param name="check">Its name, with the column where it is of one.</param>
    public static Signal Check(string entity, string check, string detail, bool passed, bool isWarning, DateTimeOffset at) => new()
    {
        Alias = DerivedId.Bounded($"lineage:{entity}:check:{check}"),
        Message = Cut($"AssertionFailed - {entity}: {check}", LongestError),
        Description = Cut(detail, LongestDetail),
        Entity = entity,
        Labels = Labels.From([new("alertname", "AssertionFailed"), new("check", Cut(check, LongestError))]),
        Priority = isWarning ? Priority.P4 : null,
        StartsAt = passed ? null : at,
        EndsAt = passed ? at : null,
        Resolved = passed,
    };

    private static Signal Of(JobState job, string alertName, string what) => new()
    {
        Alias = DerivedId.Bounded($"lineage:{job.Job}:{what}"),
        Message = "",
        Entity = job.Job,
        Labels = Labels.From(
        [
            new("alertname", alertName),
            .. job.Team.Length > 0 ? new KeyValuePair<string, string>[] { new("team", job.Team) } : [],
        ]),
        Tags = job.Tags,
        Source = job.Source,
        Integration = job.Integration,
        KeyTeam = job.KeyTeam,
    };

    private static string Name(JobState job) => job.Job[(EntityUrn.TypeOf(job.Job).Length + 1)..];

    private static string Short(string error) =>
        Cut(error.ReplaceLineEndings("\n").Split('\n')[0].Trim(), LongestError);

    private static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
