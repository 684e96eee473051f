using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Tests.Keys;

/// <summary>Grains that only know the policy in force: the door asks for nothing else.</summary>
internal sealed class PolicyOnly(params ApiKey[] keys) : IGrains
{
    public PolicyVersion Policy { get; set; } = new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Keys = keys.ToValueList(),
    };

    public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
        throw new NotSupportedException();

    public ValueTask<Answer> SendAsync(
        GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null) =>
        throw new NotSupportedException();

    public ValueTask<GrainState?> ReadAsync(GrainId grain) => throw new NotSupportedException();

    public Task PolicyInForceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
