using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Tests.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Commands.Replay;

public sealed class PostgresReplayTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task What_a_service_recorded_is_told_again_exactly_while_it_holds_the_database()
    {
        using var store = new PostgresStore(database.ConnectionString);
        using var service = new RecordedShard(store, Stories.Policy(Stories.Yaml));
        Stories.Tell(service);
        using var log = new PostgresRecordedLog(database.ConnectionString);

        var report = await ReplayerTests.ReplayAsync(log, Stories.Policy(Stories.Yaml));
        ReplayerTests.AssertNone(report.Recorded);
        ReplayerTests.AssertNone(report.Difference);
        Assert.Equal((6, 12), (report.Difference.Before.Incidents, report.Difference.Before.Pages));

        var changed = await ReplayerTests.ReplayAsync(log, Stories.Policy(Stories.Changed));
        Assert.Equal("joined", Assert.Single(changed.Difference.Incidents).Kind);
    }
}
