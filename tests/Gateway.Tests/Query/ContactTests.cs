using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class ContactTests(NativeServer server) : IClassFixture<NativeServer>
{
    private const string Contacts = $"/api/v1/users/{NativeServer.Ada}/contacts";

    [Fact]
    public async Task A_contact_is_paged_at_once_and_verified_by_the_code_that_was_sent_to_it()
    {
        var address = server.NewName();
        var made = await server.PostAsync(Contacts, new { channel = "log", address }, idempotencyKey: address);
        Assert.Equal((false, "api", address), (made.GetProperty("verified").GetBoolean(), made.GetProperty("source").GetString(), made.GetProperty("address").GetString()));
        Assert.True(made.GetProperty("code").GetProperty("delivered").GetBoolean());
        var again = await server.PostAsync(Contacts, new { channel = "log", address }, idempotencyKey: address);
        Assert.Equal(
            (made.GetProperty("id").GetString(), JsonValueKind.Null),
            (again.GetProperty("id").GetString(), again.GetProperty("code").ValueKind));
        var tested = (await server.PostAsync($"/api/v1/users/{NativeServer.Ada}/test-page"))
            .GetProperty("contacts")
            .EnumerateArray()
            .ToList();
        Assert.Equal("", tested[0].GetProperty("address").GetString());
        Assert.Contains(address, tested.Select(contact => contact.GetProperty("address").GetString()));

        var verify = $"{Contacts}/{made.GetProperty("id").GetString()}/verify";
        var code = server.Channels.Codes.Single(sent => sent.Address == address).Code;
        var wrong = await server.PostAsync(verify, new { code = code == "000000" ? "1" : "000000" }, status: 409);
        Assert.Equal("That is not the code; tries left: 4", wrong.GetProperty("reason").GetString());
        Assert.True(
            (await server.PostAsync(verify, new { code = code.Insert(3, " ") })).GetProperty("verified").GetBoolean());

        var all = (await server.GetAsync(Contacts)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            ("file", true), (all[0].GetProperty("source").GetString(), all[0].GetProperty("verified").GetBoolean()));
        Assert.True(
            all.Single(contact => contact.GetProperty("address").GetString() == address)
                .GetProperty("verified")
                .GetBoolean());
    }

    [Fact]
    public async Task Another_code_takes_the_place_of_the_one_before()
    {
        var address = server.NewName();
        var contact = $"{Contacts}/{(await server.PostAsync(Contacts, new { channel = "log", address })).GetProperty("id").GetString()}";
        await server.PostAsync(contact + "/code");
        var codes = server.Channels.Codes.Where(sent => sent.Address == address).Select(sent => sent.Code).ToList();
        Assert.Equal(2, codes.Count);

        if (codes[0] != codes[1])
        {
            await server.PostAsync(contact + "/verify", new { code = codes[0] }, status: 409);
        }

        await server.PostAsync(contact + "/verify", new { code = codes[1] });
        await server.PostAsync(contact + "/code", status: 409);
    }

    [Fact]
    public async Task One_of_a_file_is_changed_there_and_one_made_here_is_taken_away_here()
    {
        var ofFile = (await server.GetAsync(Contacts)).GetProperty("items")[0];
        var refused = await server.SendAsync(
            HttpMethod.Delete, $"{Contacts}/{ofFile.GetProperty("id").GetString()}", null, status: 409);
        Assert.Contains("configuration's file", refused.GetProperty("reason").GetString(), StringComparison.Ordinal);

        var made = await server.PostAsync(Contacts, new { channel = "log", address = server.NewName() });
        await server.SendAsync(HttpMethod.Delete, $"{Contacts}/{made.GetProperty("id").GetString()}", null);
        Assert.DoesNotContain(
            made.GetProperty("id").GetString(),
            (await server.GetAsync(Contacts))
                .GetProperty("items")
                .EnumerateArray()
                .Select(contact => contact.GetProperty("id").GetString()));

        await server.PostAsync(Contacts, new { address = "x" }, status: 400);
        await server.PostAsync(Contacts, new { channel = "pigeon" }, status: 409);
        await server.PostAsync("/api/v1/users/nobody/contacts", new { channel = "log" }, status: 404);
        await server.PostAsync(
            Contacts, new { channel = "log", address = "y" }, status: 403, key: NativeServer.ReadKey);
    }

    [Fact]
    public async Task Readiness_says_of_each_contact_whether_it_is_verified()
    {
        foreach (var user in new[] { NativeServer.Ada, NativeServer.Bob })
        {
            await server.PostAsync(
                $"/api/v1/users/{user}/contacts", new { channel = "log", address = server.NewName() });
        }

        var contacts = (await server.GetAsync("/api/v1/oncall/readiness")).GetProperty("schedules").EnumerateArray()
            .Single(schedule => schedule.GetProperty("schedule").GetString() == "days")
                .GetProperty("onCall")[0]
                .GetProperty("contacts");

        Assert.True(contacts[0].GetProperty("verified").GetBoolean());
        Assert.Contains(contacts.EnumerateArray(), contact => !contact.GetProperty("verified").GetBoolean());
    }
}
