using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.Durability;

/// <summary>One page as it arrived. Its id is the same in every copy.</summary>
/// <param name="DecidedAt">By the service's clock.</param>
internal sealed record PageCopy(
    string Id, string Incident, string Entity, int Step, DateTimeOffset DecidedAt, DateTimeOffset ArrivedAt);

/// <summary>What a sink was paged, held against the ladder that was to be climbed.</summary>
/// <param name="of">Of which entities; null: of all.</param>
internal sealed class Pages(WebhookSink sink, ShortLadder ladder, Func<string, bool>? of = null)
{
    /// <summary>
    /// A copy that was sent before the kill may be seen a little after; a new process takes longer to start.
    /// </summary>
    private static readonly TimeSpan SeenLate = TimeSpan.FromMilliseconds(250);

    private readonly List<PageCopy> _read = [];
    private int _looked;

    /// <summary>In the order of their arrival.</summary>
    public IReadOnlyList<PageCopy> All
    {
        get
        {
            // Looked at often, so each is parsed once.
            var requests = sink.Requests;
            _read.AddRange(requests.Skip(_looked).Select(Read).Where(page => of?.Invoke(page.Entity) ?? true));
            _looked = requests.Count;
            return _read;
        }
    }

    public IReadOnlyList<PageCopy> Of(string entity) => [.. All.Where(page => page.Entity == entity)];

    /// <exception cref="TimeoutException">Names the steps that were not delivered.</exception>
    public Task UntilAllStepsAsync(IReadOnlyCollection<string> entities, TimeSpan deadline)
    {
        return Poll.UntilAsync(() => !Missing().Any(), deadline, () => "every step is delivered, but missing are " +
            string.Join(", ", Missing().Take(20)));

        IEnumerable<string> Missing()
        {
            var arrived = All.Select(page => (page.Entity, page.Step)).ToHashSet();
            return entities.SelectMany(entity => Enumerable.Range(1, ladder.Steps)
                .Where(step => !arrived.Contains((entity, step)))
                .Select(step => $"step {step} for {entity}"));
        }
    }

    /// <summary>
    /// One incident per entity, one page per step, and another copy of it only when a kill lies between.
    /// </summary>
    public IEnumerable<string> Surplus(IReadOnlyList<Outage> outages)
    {
        foreach (var entity in All.GroupBy(page => page.Entity))
        {
            if (entity.Select(page => page.Incident).Distinct().Count() > 1)
            {
                yield return $"{entity.Key} has several incidents";
            }

            foreach (var step in entity.GroupBy(page => page.Step))
            {
                var name = $"step {step.Key} for {entity.Key}";
                if (step.Select(page => page.Id).Distinct().Count() > 1 ||
                    step.Select(page => page.DecidedAt).Distinct().Count() > 1)
                {
                    yield return $"{name} was decided more than once";
                }

                foreach (var (one, next) in step.Zip(step.Skip(1)))
                {
                    if (!outages.Any(o => o.Launched + SeenLate > one.ArrivedAt && o.Launched < next.ArrivedAt))
                    {
                        yield return $"{name} arrived at {one.ArrivedAt:O} and at {next.ArrivedAt:O} without a kill between";
                    }
                }
            }
        }
    }

    /// <summary>
    /// When each step after the first was decided, held against its distance from the one before: never early, and late
    /// only by the outage in which it came due.
    /// </summary>
    public IEnumerable<StepTime> Times(IReadOnlyList<Outage> outages)
    {
        foreach (var entity in All.GroupBy(page => page.Entity))
        {
            var decided = entity.DistinctBy(page => page.Step).ToDictionary(page => page.Step, page => page.DecidedAt);
            foreach (var (step, at) in decided.Where(step => decided.ContainsKey(step.Key - 1)))
            {
                var due = decided[step - 1] + ladder.Distance;
                var outage = outages.Cast<Outage?>().FirstOrDefault(o => o!.Value.Killed <= due && due < o.Value.Ready);
                yield return new StepTime(
                    $"step {step} for {entity.Key}", at - due, at - (outage?.Ready ?? due), outage is not null);
            }
        }
    }

    private static PageCopy Read(SinkRequest request)
    {
        var page = request.Json.GetProperty("data");
        return new PageCopy(
            request.Headers["webhook-id"],
            page.GetProperty("incidentId").GetString()!,
            page.GetProperty("entity").GetString()!,
            page.GetProperty("step").GetInt32(),
            request.Json.GetProperty("timestamp").GetDateTimeOffset(),
            request.ArrivedAt);
    }
}

/// <param name="Late">After it was due; less than nothing when early.</param>
/// <param name="Waited">After it was due and the service was there.</param>
internal readonly record struct StepTime(string Step, TimeSpan Late, TimeSpan Waited, bool DueInOutage);
