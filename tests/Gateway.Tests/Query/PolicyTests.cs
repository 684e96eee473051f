using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class PolicyTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task The_policy_that_a_page_was_decided_under_can_be_looked_up()
    {
        var incident = await server.OpenAsync(server.NewName());
        var page = incident.GetProperty("pages")[0];
        var version = page.GetProperty("policyVersion").GetInt64();
        var lines = await server.GetAsync($"/api/v1/incidents/{incident.GetProperty("id").GetString()}/timeline");
        Assert.Contains($"(policy version {version})", lines.GetRawText(), StringComparison.Ordinal);

        var policy = await server.GetAsync($"/api/v1/policies/{version}");

        Assert.Equal(version, policy.GetProperty("version").GetInt64());
        Assert.NotEmpty(policy.GetProperty("hash").GetString()!);
        var users = policy.GetProperty("policy").GetProperty("users").EnumerateArray();
        Assert.Contains(
            page.GetProperty("who").GetString(), users.Select(user => user.GetProperty("name").GetString()));
        var keys = policy.GetProperty("policy").GetProperty("keys").EnumerateArray();
        Assert.All(keys, key => Assert.Equal("", key.GetProperty("sha256").GetString()));
    }

    [Theory]
    [InlineData("4711")]
    [InlineData("latest")]
    [InlineData("-1")]
    public async Task A_version_that_never_was_is_not_found(string version) =>
        await server.GetAsync("/api/v1/policies/" + version, 404);

    [Fact]
    public async Task It_needs_a_key_that_may_configure() =>
        await server.GetAsync("/api/v1/policies/1", 403, NativeServer.ReadKey);
}
