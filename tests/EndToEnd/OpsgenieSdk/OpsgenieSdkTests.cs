using System.Text.RegularExpressions;
using Xunit;

namespace Correlation.EndToEnd.OpsgenieSdk;

/// <summary>
/// The whole alert, heartbeat and user surface of npm's opsgenie-sdk: each call, and what must be seen after it.
/// </summary>
public sealed class OpsgenieSdkTests(SdkRun sdk) : IClassFixture<SdkRun>
{
    private static readonly string[] Failing =
    [
        "get closed by alias", "after delete", "get deleted heartbeat", "get deleted user", "create without message",
        "create with another key",
    ];

    [Fact]
    public void All_calls_but_the_wrong_ones_succeed()
    {
        Assert.Equal(Failing, sdk.Calls.Where(call => call.Error is not null).Select(call => call.Name));
        Assert.Equal(83, sdk.Calls.Count);
    }

    [Fact]
    public void Every_write_is_answered_with_the_texts_clients_look_for()
    {
        string[] writes =
        [
            "create", "create again", "add note", "add tags", "remove tags", "add details", "remove details",
            "acknowledge", "unacknowledge", "snooze", "escalate", "assign", "add team", "execute action", "close",
            "delete",
        ];
        foreach (var write in writes)
        {
            Assert.Equal("Request will be processed", sdk.Body(write).Text("result"));
            Assert.True(Guid.TryParse(sdk.Body(write).Text("requestId"), out _));
            Assert.True(sdk.Body(write).GetProperty("took").GetDouble() > 0);
        }
    }

    [Fact]
    public void A_created_alert_is_read_by_id_by_alias_and_by_its_short_number()
    {
        var alert = sdk.Data("get by alias");
        Assert.Equal("sdk/churn_model", alert.Text("alias"));
        Assert.Equal("Model Accuracy Drop - churn_model", alert.Text("message"));
        Assert.Equal("Accuracy dropped from 0.90 to 0.82.", alert.Text("description"));
        Assert.Equal(["ml", "model-quality"], alert.Texts("tags"));
        Assert.Equal(["Retrain", "Rollback"], alert.Texts("actions"));
        Assert.Equal("0.82", alert.GetProperty("details").Text("accuracy"));
        Assert.Equal("churn_model", alert.Text("entity"));
        Assert.Equal("P2", alert.Text("priority"));
        Assert.Equal("sdk", alert.Text("source"));
        Assert.Equal("open", alert.Text("status"));
        Assert.Equal(["team"], alert.Texts("responders", each: "type"));
        foreach (var call in (string[])["get by id", "get by id alone", "get by tiny id"])
        {
            Assert.Equal(alert.ToString(), sdk.Data(call).ToString());
        }
    }

    [Fact]
    public void A_user_is_made_read_listed_and_deleted()
    {
        var user = sdk.Data("get user");
        Assert.Equal(
            ("eve@example.com", "Eve", "Europe/Berlin"),
            (user.Text("username"), user.Text("fullName"), user.Text("timeZone")));
        Assert.Equal(user.ToString(), sdk.Data("get user by id").ToString());
        Assert.Equal(sdk.Data("create user").Text("id"), user.Text("id"));
        Assert.Equal(["ann", "bob", "eve@example.com"], sdk.Data("list users").Texts(each: "username"));
        Assert.Equal("Deleted", sdk.Body("delete user").Text("result"));
    }

    [Fact]
    public void The_request_status_names_the_alert()
    {
        var status = sdk.Data("status of create");
        Assert.True(status.Flag("success") && status.Flag("isSuccess"));
        Assert.Equal(("Create", "Created alert"), (status.Text("action"), status.Text("status")));
        Assert.Equal(sdk.Data("get by alias").Text("id"), status.Text("alertId"));
    }

    [Fact]
    public void A_repeat_counts_and_changes_nothing_else()
    {
        var alert = sdk.Data("after create again");
        Assert.Equal(2, alert.Number("count"));
        Assert.Equal("Model Accuracy Drop - churn_model", alert.Text("message"));
        Assert.Equal(sdk.Data("get by alias").Text("id"), alert.Text("id"));
    }

    [Fact]
    public void Lists_sort_and_filter()
    {
        Assert.Equal(["sdk/churn_model", "sdk-gpu"], sdk.Data("list").Texts(each: "alias"));
        Assert.Equal(["sdk/churn_model"], sdk.Data("list by query").Texts(each: "alias"));
        Assert.Equal(["sdk-gpu"], sdk.Data("list after delete").Texts(each: "alias"));
    }

    [Fact]
    public void Notes_are_listed_with_their_owner()
    {
        var notes = sdk.Data("list notes");
        Assert.Equal(["first seen by the nightly run", "looking at the drift"], notes.Texts(each: "note"));
        Assert.Equal(["ann", "ann"], notes.Texts(each: "owner"));
        Assert.Equal(["looking at the drift"], sdk.Data("list notes by id alone").Texts(each: "note"));
        Assert.Contains("/notes/?limit=1", sdk.Body("list notes by id alone").GetProperty("paging").Text("next"));
    }

    [Fact]
    public void Tags_and_details_come_and_go()
    {
        Assert.Equal(["ml", "model-quality", "nightly", "gpu"], sdk.Data("after add tags").Texts("tags"));
        Assert.Equal(["ml", "model-quality"], sdk.Data("after remove tags").Texts("tags"));
        Assert.Equal(["ml", "model-quality"], sdk.Data("after remove tags by id alone").Texts("tags"));
        Assert.Equal("17", sdk.Data("after add details").GetProperty("details").Text("run"));
        var left = sdk.Data("after remove details").GetProperty("details");
        Assert.Equal(["accuracy", "model"], left.EnumerateObject().Select(detail => detail.Name).Order());
    }

    [Fact]
    public void An_acknowledgement_is_seen_and_taken_back()
    {
        var alert = sdk.Data("after acknowledge");
        Assert.True(alert.Flag("acknowledged"));
        Assert.Equal("ann", alert.Text("owner"));
        Assert.Equal("ann", alert.GetProperty("report").Text("acknowledgedBy"));
        Assert.True(alert.GetProperty("report").Number("ackTime") > 0);
        var again = sdk.Data("status of acknowledge again");
        Assert.False(again.Flag("isSuccess"));
        Assert.Equal("Alert is already acknowledged", again.Text("status"));
        var taken = sdk.Data("after unacknowledge");
        Assert.False(taken.Flag("acknowledged"));
        Assert.False(taken.GetProperty("report").Has("ackTime"));
    }

    [Fact]
    public void Snooze_assign_escalate_and_add_team_are_seen_on_the_alert()
    {
        var snoozed = sdk.Data("after snooze");
        Assert.True(snoozed.Flag("snoozed"));
        Assert.True(snoozed.Time("snoozedUntil") > snoozed.Time("createdAt"));
        var assigned = sdk.Data("after assign");
        Assert.Equal("bob", assigned.Text("owner"));
        Assert.False(assigned.Flag("snoozed"));
        Assert.False(assigned.Has("snoozedUntil"));
        Assert.Equal(2, sdk.Data("after add team").GetProperty("teams").GetArrayLength());
    }

    [Fact]
    public void A_custom_action_runs_when_the_alert_has_it()
    {
        Assert.True(sdk.Data("status of execute action").Flag("isSuccess"));
        var unknown = sdk.Data("status of execute unknown action");
        Assert.False(unknown.Flag("isSuccess"));
        Assert.Contains("Retrain, Rollback", unknown.Text("status"));
    }

    [Fact]
    public void Recipients_and_logs_tell_who_was_paged_and_what_was_done()
    {
        var recipients = sdk.Data("list recipients");
        var names = recipients.EnumerateArray().Select(recipient => recipient.GetProperty("user").Text("username"));
        Assert.Equal(["ann", "bob"], names.Order());
        var logs = sdk.Data("list logs").Texts(each: "log")
            .Select(log => Regex.Replace(log, @" \(policy version \d+\)$", ""));
        string[] expected =
        [
            "Alert created by sdk", "Paging ann: step 1 of ladder: user ann", "looking at the drift",
            "Tags added: nightly, gpu", "Tags removed: nightly, gpu", "Details added: run, stage",
            "Details removed: run, stage", "Acknowledged by ann", "Acknowledgement taken back by ann",
            "Escalated by ann", "Paging bob: step 2 of ladder: user bob", "Assigned to bob by ann",
            "Responder added: team infra", "Action Retrain executed by ann",
        ];
        Assert.Equal(expected, expected.Intersect(logs));
        Assert.Contains("alertRecipient", sdk.Data("list logs").Texts(each: "type"));
        Assert.Equal(2, sdk.Data("list logs by id alone").GetArrayLength());
    }

    [Fact]
    public void A_closed_alert_is_found_by_id_only_and_a_deleted_one_not_at_all()
    {
        var closed = sdk.Data("after close");
        Assert.Equal("closed", closed.Text("status"));
        Assert.Equal("ann", closed.GetProperty("report").Text("closedBy"));
        Assert.Equal(404, sdk.Error("get closed by alias").Number("httpStatusCode"));
        var again = sdk.Data("status of close again");
        Assert.False(again.Flag("isSuccess"));
        Assert.Contains("Alert is already closed", again.Text("status"));
        Assert.Equal(404, sdk.Error("after delete").Number("httpStatusCode"));
    }

    [Fact]
    public void A_refusal_names_the_field_or_the_key()
    {
        var empty = sdk.Error("create without message");
        Assert.Equal(422, empty.Number("httpStatusCode"));
        Assert.Equal("Message can not be empty.", empty.GetProperty("errors").Text("message"));
        var foreign = sdk.Error("create with another key");
        Assert.Equal((401, "Could not authenticate"), (foreign.Number("httpStatusCode"), foreign.Text("message")));
    }

    [Fact]
    public void Saved_searches_are_kept_found_used_and_changed()
    {
        var saved = sdk.Data("get saved search");
        Assert.Equal(("gpu", "priority: P1"), (saved.Text("name"), saved.Text("query")));
        Assert.Equal("what wakes people", saved.Text("description"));
        Assert.Equal(saved.ToString(), sdk.Data("get saved search by name").ToString());
        Assert.Equal(["sdk-gpu"], sdk.Data("list by saved search").Texts(each: "alias"));
        var updated = sdk.Data("get updated saved search");
        Assert.Equal(("none", "priority: P5"), (updated.Text("name"), updated.Text("query")));
        Assert.Equal(["none"], sdk.Data("list saved searches").Texts(each: "name"));
    }

    [Fact]
    public void Heartbeats_are_created_pinged_changed_switched_and_deleted()
    {
        Assert.Equal("nightly-train", sdk.Data("create heartbeat").Text("name"));
        var created = sdk.Data("get heartbeat");
        Assert.Equal((10, "minutes"), (created.Number("interval"), created.Text("intervalUnit")));
        Assert.Equal("The nightly training is silent", created.Text("alertMessage"));
        Assert.Equal("P2", created.Text("alertPriority"));
        Assert.Equal("ml", created.GetProperty("ownerTeam").Text("name"));
        Assert.Equal(created.ToString(), sdk.Data("get heartbeat by object").ToString());
        Assert.Equal(["nightly-train"], sdk.Data("list heartbeats").Texts("heartbeats", each: "name"));
        Assert.Equal("PONG - Heartbeat received", sdk.Body("ping heartbeat").Text("result"));
        Assert.Equal("PONG - Heartbeat received", sdk.Body("ping unknown heartbeat").Text("result"));
        Assert.False(created.Has("lastPingTime"));
        Assert.True(sdk.Data("get pinged heartbeat").Has("lastPingTime"));
        var updated = sdk.Data("get updated heartbeat");
        Assert.Equal((2, "hours"), (updated.Number("interval"), updated.Text("intervalUnit")));
        Assert.False(sdk.Data("get disabled heartbeat").Flag("enabled"));
        Assert.True(sdk.Data("enable heartbeat").Flag("enabled"));
        Assert.Equal("Deleted", sdk.Body("delete heartbeat").Text("result"));
        Assert.Equal(404, sdk.Error("get deleted heartbeat").Number("httpStatusCode"));
        Assert.Empty(sdk.Data("list heartbeats after delete").Texts("heartbeats", each: "name"));
    }
}
