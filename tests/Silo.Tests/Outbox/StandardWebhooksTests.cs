using Correlation.Silo.Outbox.Channels;
using Xunit;

namespace Correlation.Silo.Tests.Outbox;

public sealed class StandardWebhooksTests
{
    private const string Secret = "whsec_bWwtcGxhdGZvcm0tZGVtby1zZWNyZXQtMDEyMzQ1Njc4";

    private static readonly byte[] Body =
        """{"type":"incident.opened","timestamp":"2026-01-05T10:00:00Z","data":{"id":"inc_42"}}"""u8.ToArray();

    [Fact]
    public void The_published_vector_is_signed_as_published()
    {
        Assert.True(StandardWebhooks.TryReadKeys(Secret, out var keys));

        Assert.Equal(
            "v1,EB9HgiV/sbVha8EIt36uMMFRjG8WIFuMUHQ96oiNRG4=",
            StandardWebhooks.Sign(keys, "msg_ml_0001", 1767607200, Body));
    }

    [Fact]
    public void While_a_secret_is_replaced_both_sign()
    {
        var next = "whsec_" + Convert.ToBase64String(new byte[32]);
        Assert.True(StandardWebhooks.TryReadKeys($"{next} {Secret}", out var keys));

        var signatures = StandardWebhooks.Sign(keys, "msg_ml_0001", 1767607200, Body).Split(' ');

        Assert.Equal(2, signatures.Length);
        Assert.Equal("v1,EB9HgiV/sbVha8EIt36uMMFRjG8WIFuMUHQ96oiNRG4=", signatures[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("bWwtcGxhdGZvcm0tZGVtby1zZWNyZXQtMDEyMzQ1Njc4")]
    [InlineData("whsec_not base64")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_bWwtcGxhdGZvcm0tZGVtby1zZWNyZXQtMDEyMzQ1Njc4 whsec_c2hvcnQ=")]
    public void A_secret_of_another_form_is_refused(string secret) =>
        Assert.False(StandardWebhooks.TryReadKeys(secret, out _));
}
