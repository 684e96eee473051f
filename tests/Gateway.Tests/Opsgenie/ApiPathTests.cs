using Correlation.Gateway.Opsgenie;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class ApiPathTests
{
    [Theory]
    [InlineData("/v2/alerts", "alerts", "", "")]
    [InlineData("/v2/alerts/", "alerts", "", "")]
    [InlineData("//v2//alerts//", "alerts", "", "")]
    [InlineData("/v2/alerts?limit=5", "alerts", "", "limit=5")]
    [InlineData("/v2/alerts/?limit=5", "alerts", "", "limit=5")]
    [InlineData("/v2/alerts//hash/close?identifierType=alias", "alerts", "hash/close", "identifierType=alias")]
    [InlineData("/v2/alerts/x/tags/&tags=a,b", "alerts", "x/tags", "tags=a,b")]
    [InlineData("/v2/alerts/x&identifierType=alias", "alerts", "x", "identifierType=alias")]
    [InlineData("/v2/alerts/a&b/close", "alerts", "a&b/close", "")]
    [InlineData("/v2/alerts/a&b/close&identifierType=alias&user=x", "alerts", "a&b/close",
        "identifierType=alias&user=x")]
    [InlineData("/v2", "", "", "")]
    [InlineData("/v2/no-such-thing/1", "no-such-thing", "1", "")]
    [InlineData("/ops/v2/alerts/a%2Fb", "alerts", "a%2Fb", "")]
    [InlineData("/jsm/ops/integration/v2/alerts", "alerts", "", "")]
    [InlineData("http://proxy.example:8080/v2/alerts?x=1", "alerts", "", "x=1")]
    [InlineData("/v2/alerts/a/v2/alerts/close", "alerts", "a/v2/alerts/close", "")]
    public void The_first_version_and_resource_open_the_api(string target, string resource, string rest, string query)
    {
        Assert.True(ApiPath.TryParse(target, out var path));
        Assert.Equal(("v2", resource, rest, query), (path.Version, path.Resource, path.Rest, path.Query));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("/api/v2/alerts")]
    [InlineData("/alertmanager/api/v2/alerts")]
    [InlineData("/api/v1/incidents")]
    [InlineData("/console/v2/unknown")]
    [InlineData("/v3/alerts")]
    [InlineData("http://host")]
    public void Other_apis_are_left_alone(string target) => Assert.False(ApiPath.TryParse(target, out _));

    [Theory]
    [InlineData("", nameof(AlertPathKind.Collection), "", "", "")]
    [InlineData("count", nameof(AlertPathKind.Count), "", "", "")]
    [InlineData("saved-searches", nameof(AlertPathKind.SavedSearches), "", "", "")]
    [InlineData("saved-searches/a/b%20c", nameof(AlertPathKind.SavedSearches), "a/b c", "", "")]
    [InlineData("requests/abc", nameof(AlertPathKind.Request), "abc", "", "")]
    [InlineData("v2/alerts", nameof(AlertPathKind.Doubled), "", "", "")]
    [InlineData("v2/alerts/x/close", nameof(AlertPathKind.Doubled), "", "", "")]
    [InlineData("x", nameof(AlertPathKind.Alert), "x", "", "")]
    [InlineData("x/close", nameof(AlertPathKind.Alert), "x", "close", "")]
    [InlineData("x//close", nameof(AlertPathKind.Alert), "x", "close", "")]
    [InlineData("a/b", nameof(AlertPathKind.Alert), "a/b", "", "")]
    [InlineData("a/b/notes", nameof(AlertPathKind.Alert), "a/b", "notes", "")]
    [InlineData("a%2Fb/notes", nameof(AlertPathKind.Alert), "a/b", "notes", "")]
    [InlineData("a%2Fclose", nameof(AlertPathKind.Alert), "a/close", "", "")]
    [InlineData("a%20b%3A%C3%A4", nameof(AlertPathKind.Alert), "a b:ä", "", "")]
    [InlineData("a+b", nameof(AlertPathKind.Alert), "a+b", "", "")]
    [InlineData("http://host/x/close", nameof(AlertPathKind.Alert), "http://host/x", "close", "")]
    [InlineData("x/actions/restart", nameof(AlertPathKind.Alert), "x", "actions", "restart")]
    [InlineData("x/actions/re%2Fstart%20it", nameof(AlertPathKind.Alert), "x", "actions", "re/start it")]
    [InlineData("x/actions/close", nameof(AlertPathKind.Alert), "x", "actions", "close")]
    [InlineData("a/b/actions/notes", nameof(AlertPathKind.Alert), "a/b", "actions", "notes")]
    [InlineData("a%2Factions/close", nameof(AlertPathKind.Alert), "a/actions", "close", "")]
    [InlineData("actions/close", nameof(AlertPathKind.Alert), "actions", "close", "")]
    [InlineData("x/attachments/7", nameof(AlertPathKind.Alert), "x", "attachments", "7")]
    [InlineData("close", nameof(AlertPathKind.Alert), "close", "", "")]
    [InlineData("requests/a/close", nameof(AlertPathKind.Alert), "requests/a", "close", "")]
    public void Actions_are_found_from_the_right(string rest, string kind, string identifier, string action,
        string argument)
    {
        var path = AlertPath.Parse(rest);
        Assert.Equal((kind, identifier, action, argument),
            (path.Kind.ToString(), path.Identifier, path.Action, path.Argument));
    }
}
