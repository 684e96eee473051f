using Correlation.Gateway.Query;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class CallerTests
{
    private static readonly ApiKey Ada = new("ada", "", ApiKeyType.Integration, null, KeyRights.All);

    [Fact]
    public void A_stored_idempotency_key_has_one_size_whatever_was_sent()
    {
        var stored = KeyOf(Ada, "/api/v1/alerts/" + new string('x', 10_000) + "/close", new string('k', 255));

        Assert.Matches("^[0-9a-f]{64}$", stored);
    }

    [Fact]
    public void It_counts_for_one_address_and_one_api_key()
    {
        var bob = Ada with { Name = "bob" };
        string?[] keys = [KeyOf(Ada, "/a", "k"), KeyOf(bob, "/a", "k"), KeyOf(Ada, "/b", "k"), KeyOf(Ada, "/a", "l")];

        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal(keys[0], KeyOf(Ada, "/a", "k"));
        Assert.Null(KeyOf(Ada, "/a", ""));
    }

    private static string? KeyOf(ApiKey key, string path, string given)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Request.Headers["Idempotency-Key"] = given;
        return Caller.IdempotencyKey(context, key, new Fields())?.Key;
    }
}
