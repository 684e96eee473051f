using Correlation.Gateway.Seams;

namespace Correlation.Silo.Shards;

/// <summary>What the gateway sees of the hold, and how it ends it.</summary>
internal sealed class HoldClient(Hold hold, ShardInbox inbox) : IHold
{
    public DateTimeOffset? Since => hold.Since;

    public DateTimeOffset? Until => hold.Until;

    public async ValueTask<bool> ReleaseAsync()
    {
        var release = new Submission.Release();
        inbox.Add(release, CommandClass.Person);
        return await release.Done;
    }
}
