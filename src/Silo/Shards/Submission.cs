using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Shards;

/// <summary>
/// What a caller hands to the loop and waits on. Completions run on the pool, never on the loop's thread.
/// </summary>
public abstract class Submission
{
    /// <summary>A request: its commands are decided in one turn and answered together.</summary>
    /// <param name="left">Nobody waits for the answer any more.</param>
    public sealed class Request(IReadOnlyList<GrainCommand> commands, RetryKey? retry, CancellationToken left = default) : Submission
    {
        private readonly TaskCompletionSource<Answer[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Answer?[] _answers = new Answer?[commands.Count];
        private int _open = commands.Count;

        public IReadOnlyList<GrainCommand> Commands => commands;

        /// <summary>Under which the answer is kept; null when it is not.</summary>
        public RetryKey? Retry => retry;

        public Task<Answer[]> Done => _done.Task;

        /// <summary>True when its sender has gone: then it is dropped, and not to be decided.</summary>
        public bool IsDropped() => left.IsCancellationRequested && _done.TrySetCanceled(left);

        /// <summary>The last one answers the caller.</summary>
        public void Answer(int index, Answer answer)
        {
            if (_answers[index] is null)
            {
                _answers[index] = answer;
                if (--_open == 0)
                {
                    _done.TrySetResult(_answers!);
                }
            }
        }

        public override void Fail(UnavailableException why) => _done.TrySetException(why);
    }

    /// <summary>Asks for a grain's state after the turn's commit.</summary>
    public sealed class Read(GrainId grain) : Submission
    {
        private readonly TaskCompletionSource<GrainState?> _done = new(
            TaskCreationOptions.RunContinuationsAsynchronously);

        public GrainId Grain => grain;

        public Task<GrainState?> Done => _done.Task;

        public void Answer(GrainState? state) => _done.TrySetResult(state);

        public override void Fail(UnavailableException why) => _done.TrySetException(why);
    }

    /// <summary>A new configuration, in force from the next decision on.</summary>
    public sealed class Publish(PolicyVersion policy) : Submission
    {
        private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PolicyVersion Policy => policy;

        public Task<long> Done => _done.Task;

        public void Answer(long version) => _done.TrySetResult(version);

        public override void Fail(UnavailableException why) => _done.TrySetException(why);
    }

    /// <summary>Ends the hold after a restore.</summary>
    public sealed class Release : Submission
    {
        private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>False when there was none.</summary>
        public Task<bool> Done => _done.Task;

        public void Answer(bool released) => _done.TrySetResult(released);

        public override void Fail(UnavailableException why) => _done.TrySetException(why);
    }

    private Submission()
    {
    }

    public abstract void Fail(UnavailableException why);
}
