using System.Text;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public sealed class PolicyDocumentTests
{
    [Fact]
    public void Versions_of_a_release_that_knew_silences_only_are_read()
    {
        const string Silence = """{"id":"s-1","matchers":"{a=\"b\"}","startsAt":"2026-01-05T10:00:00+00:00","endsAt":"2026-01-05T11:00:00+00:00","createdBy":"ann","comment":""}""";
        var (hash, configuration) = PolicyDocument.Of(Policies.Small);
        var found = Row(1, $$"""{"set":[{{Silence}}]}""");
        var set = Row(2, $$"""{"set":[{{Silence.Replace("s-1", "s-2", StringComparison.Ordinal)}}]}""");
        var gone = Row(3, """{"set":[],"gone":"s-1"}""");

        Assert.Equal(["s-1"], Silences(found));
        Assert.Equal(["s-1", "s-2"], Silences(found, set));
        Assert.Equal(["s-2"], Silences(found, set, gone));

        IEnumerable<string> Silences(params (long, DateTimeOffset, byte[])[] rows) =>
            PolicyDocument.Read(configuration, hash, rows).Policy.Silences.Select(silence => silence.Id);
    }

    [Fact]
    public void A_user_who_takes_turns_is_stored_as_the_bare_name_that_older_releases_wrote_and_read()
    {
        var (hash, configuration) = PolicyDocument.Of(Policies.Small);
        Assert.Contains(
            $"\"participants\":[\"{Policies.Primary}\"]",
            Encoding.UTF8.GetString(configuration),
            StringComparison.Ordinal);
        Assert.Equal(
            Policies.Small.Schedules, PolicyDocument.Read(configuration, hash, [Row(1, "{}")]).Policy.Schedules);
    }

    private static (long Version, DateTimeOffset At, byte[] Document) Row(long version, string json) =>
        (version, Given.At(version), Encoding.UTF8.GetBytes(json));
}
