using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Shards;

/// <summary>
/// Embedded placement: every partition is this process's, so every command goes to the one local shard.
/// </summary>
public sealed class GrainClient(Shard shard, ShardInbox inbox, SlewedClock clock, TimeProvider time) : IGrains
{
    private static readonly TimeSpan InForceWithin = TimeSpan.FromSeconds(1);

    /// <summary>Less than a sender's own clock is off.</summary>
    private static readonly TimeSpan SmallSkew = TimeSpan.FromSeconds(2);

    public PolicyVersion Policy => shard.Policy;

    public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass)
    {
        if (commands.Count == 0)
        {
            return ValueTask.FromResult(Array.Empty<Answer>());
        }

        var request = new Submission.Request(OnLoopTime(commands), null);
        inbox.Add(request, commandClass);
        return new ValueTask<Answer[]>(request.Done);
    }

    public ValueTask<Answer[]> ReceiveAsync(IReadOnlyList<GrainCommand> commands, CancellationToken left)
    {
        if (commands.Count == 0)
        {
            return ValueTask.FromResult(Array.Empty<Answer>());
        }

        var request = new Submission.Request(OnLoopTime(commands), null, left);
        inbox.Add(request, CommandClass.Intake);
        return new ValueTask<Answer[]>(request.Done);
    }

    public async ValueTask<Answer> SendAsync(
        GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null)
    {
        var request = new Submission.Request([new GrainCommand(to, command)], retry);
        inbox.Add(request, commandClass);
        return (await request.Done)[0];
    }

    public ValueTask<GrainState?> ReadAsync(GrainId grain)
    {
        var read = new Submission.Read(grain);
        inbox.Add(read, CommandClass.Person);
        return new ValueTask<GrainState?>(read.Done);
    }

    public async Task PolicyInForceAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(InForceWithin);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), time);
        try
        {
            while (!shard.IsPolicyInForce && await timer.WaitForNextTickAsync(enough.Token))
            {
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A second is what the promise allows; the pass goes on behind the answer.
            return;
        }
    }

    /// <summary>Puts a new configuration in force; its version when it is.</summary>
    public Task<long> PublishAsync(PolicyVersion policy)
    {
        var publish = new Submission.Publish(policy);
        inbox.Add(publish, CommandClass.Person);
        return publish.Done;
    }

    /// <summary>
    /// The wall was stepped, and the loop's time follows only slowly: an end that is minutes off for the sender would
    /// be long past by it, and an alert that fires would be taken for resolved.
    /// </summary>
    private IReadOnlyList<GrainCommand> OnLoopTime(IReadOnlyList<GrainCommand> commands)
    {
        var ahead = clock.Ahead;
        return ahead.Duration() < SmallSkew ? commands : [.. commands.Select(command => OnLoopTime(command, ahead))];
    }

    private GrainCommand OnLoopTime(GrainCommand command, TimeSpan ahead) => command.Command switch
    {
        AlertCommand.Receive { Signal: { EndsAt: { } end } signal } => command with
        {
            Command = new AlertCommand.Receive(
                end <= time.GetUtcNow() ? signal with { Resolved = true } : signal with { EndsAt = Moved(end, ahead) }),
        },
        HeartbeatCommand.Hear { EndsAt: { } end } hear =>
            command with { Command = hear with { EndsAt = Moved(end, ahead) } },
        _ => command,
    };

    private static DateTimeOffset Moved(DateTimeOffset end, TimeSpan ahead) =>
        end > DateTimeOffset.MinValue + ahead.Duration() && end < DateTimeOffset.MaxValue - ahead.Duration()
            ? end + ahead
            : end;
}
