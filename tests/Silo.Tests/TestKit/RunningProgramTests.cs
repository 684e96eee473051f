using System.Globalization;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.TestKit;

public sealed class RunningProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_killed_program_takes_its_children_with_it()
    {
        await using var program = Shell("sleep 1000 & sleep 1000 & echo $! ; wait");
        await program.UntilReadyAsync(() => Task.FromResult(program.Log.Count == 1), Deadline);
        var child = int.Parse(program.Log[0], CultureInfo.InvariantCulture);
        Assert.True(ProcessTree.IsAlive(child));

        await program.KillAsync();

        Assert.True(program.HasExited);
        Assert.False(ProcessTree.IsAlive(child));
    }

    [Fact]
    public async Task A_program_that_ends_before_it_is_ready_is_reported_with_its_log()
    {
        await using var program = Shell("echo the port is taken >&2; exit 3");

        var failure = await Assert.ThrowsAsync<TimeoutException>(
            () => program.UntilReadyAsync(() => Task.FromResult(false), Deadline));

        Assert.Contains("shell exited with 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the port is taken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_program_stands_still_until_it_is_resumed()
    {
        await using var program = Shell(
            "trap 'echo asked to end; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
        await program.UntilReadyAsync(() => Task.FromResult(program.Log.Contains("ready")), Deadline);

        await program.PauseAsync();
        program.Send(Signal.Terminate);
        Assert.False(program.HasExited);
        program.Resume();

        Assert.Equal(0, await program.UntilExitAsync(Deadline));
        Assert.Equal(["ready", "asked to end"], program.Log);
    }

    private static RunningProgram Shell(string script) =>
        RunningProgram.Start(new ProgramStart("shell", ["bash", "-c", script], Path.GetTempPath()));
}
