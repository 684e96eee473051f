using Correlation.Silo.Hosting;
using Xunit;

namespace Correlation.Silo.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://locahost:18398", "locahost")]
    [InlineData("http://999.1.1.1", "999.1.1.1")]
    [InlineData("http://127.0.0.1:80x", "127.0.0.1:80x")]
    [InlineData("http://127.0.0.1:8080;http://alerts.example.org:8080", "alerts.example.org")]
    public void A_name_that_the_server_would_take_for_every_interface_is_refused(string urls, string host) => Assert.Equal(
        $"CORRELATION_URLS must name an IP address to listen on, localhost, or * for every interface, and names '{host}'; it is '{urls}'.",
        Assert.Throws<SettingException>(() => Read(urls)).Message);

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://LOCALHOST:8080/")]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080;http://+:8081")]
    [InlineData("http://[::]:8080; http://[::1]:8081")]
    [InlineData("http://unix:/run/correlation.sock")]
    public void What_says_where_to_listen_is_taken(string urls) => Assert.Equal(urls, Read(urls).Urls);

    [Theory]
    [InlineData(";")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1")]
    public void What_is_no_address_is_refused(string urls) => Assert.StartsWith(
        "CORRELATION_URLS must hold http:// or https:// addresses",
        Assert.Throws<SettingException>(() => Read(urls)).Message, StringComparison.Ordinal);

    private static SiloSettings Read(string urls) =>
        SiloSettings.Read(name => name == "CORRELATION_URLS" ? urls : null);
}
