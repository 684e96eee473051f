namespace Correlation.EndToEnd.Cluster.Histories;

/// <summary>What a reader sees of an alert.</summary>
/// <param name="Count">How often its present episode was sent; 0 when there is no alert.</param>
internal readonly record struct SeenAlert(int Count, bool IsClosed, bool IsAcknowledged)
{
    /// <summary>
    /// Every state that the alert may be in after these operations, in the order they were sent. What is of unknown
    /// outcome goes on beside all that follow, and may be done at any time among them.
    /// </summary>
    public static IReadOnlySet<SeenAlert> After(IEnumerable<Operation> operations)
    {
        HashSet<World> worlds = [default];
        foreach (var operation in operations)
        {
            worlds = operation.Outcome switch
            {
                Outcome.Ok => [.. worlds.Select(world => world with { Alert = world.Alert.Then(operation.Doing) })],
                Outcome.Unknown => [.. worlds.Select(world => world.Later(operation.Doing, 1))],
                _ => worlds,
            };
            for (var before = 0; before != worlds.Count;)
            {
                before = worlds.Count;
                worlds.UnionWith([.. worlds.SelectMany(world => world.Next())]);
            }
        }

        return worlds.Select(world => world.Alert).ToHashSet();
    }

    public override string ToString() => Count == 0
        ? "not there"
        : $"sent {Count} times, {(IsClosed ? "closed" : "open")}{(IsAcknowledged ? ", acknowledged" : "")}";

    private SeenAlert Then(Doing doing) => doing switch
    {
        Doing.Create when IsClosed => new SeenAlert(1, IsClosed: false, IsAcknowledged: false),
        Doing.Create => this with { Count = Count + 1 },
        _ when Count == 0 || IsClosed => this,
        Doing.Acknowledge => this with { IsAcknowledged = true },
        _ => this with { IsClosed = true },
    };

    /// <summary>The alert, and how many operations of each kind may still be done to it.</summary>
    private readonly record struct World(SeenAlert Alert, int Creates, int Acknowledges, int Closes)
    {
        public World Later(Doing doing, int more) => doing switch
        {
            Doing.Create => this with { Creates = Creates + more },
            Doing.Acknowledge => this with { Acknowledges = Acknowledges + more },
            _ => this with { Closes = Closes + more },
        };

        public IEnumerable<World> Next()
        {
            (Doing, int)[] all = [(Doing.Create, Creates), (Doing.Acknowledge, Acknowledges), (Doing.Close, Closes)];
            foreach (var (doing, waiting) in all)
            {
                if (waiting > 0)
                {
                    yield return Later(doing, -1) with { Alert = Alert.Then(doing) };
                }
            }
        }
    }
}
