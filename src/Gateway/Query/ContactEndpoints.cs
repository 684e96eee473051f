using System.ComponentModel;
using Correlation.Gateway.Contacts;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Contacts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <param name="Source">file or api.</param>
/// <param name="Verified">A code that was sent to it has come back; those of files are the operator's word.</param>
/// <param name="Code">What became of the message with the code; null when none was sent now.</param>
public sealed record ContactShape(
    string Id, string Channel, string Address, string Source, bool Verified, bool Enabled, TestPage? Code = null)
{
    internal static ContactShape Of(KnownContact contact, TestPage? code = null) => new(
        contact.Id, contact.Target.Channel, contact.Target.Address, contact.OfFile ? "file" : "api", contact.Verified,
        contact.Enabled, code);
}

internal sealed record ContactBody
{
    [Description("Name of a configured channel.")]
    public string? Channel { get; init; }

    [Description("E-mail address, telephone number and the like; empty when the channel has its own.")]
    public string? Address { get; init; }
}

internal sealed record CodeBody
{
    [Description("The six digits that came over the contact.")]
    public string? Code { get; init; }
}

/// <summary>
/// How people are reached: contacts made here are paged at once, and verified by a code that is sent to them.
/// </summary>
internal sealed class ContactEndpoints(IGrains grains, ContactBook book, TimeProvider time)
{
    private readonly FreshIds _ids = new(time);

    public static void MapContacts(IEndpointRouteBuilder api)
    {
        var contacts = api.MapGroup("/users/{name}/contacts");
        contacts.MapGet("", (string name, ContactEndpoints endpoints) => endpoints.List(name))
            .WithSummary("Contacts of a user, in the order in which they are tried, and whether they are verified.");
        contacts.MapPost(
            "", (string name, HttpContext context, ContactEndpoints endpoints) => endpoints.MakeAsync(name, context))
            .RequireRight(KeyRights.Configure)
            .TakesBody<ContactBody>(required: true)
            .TakesIdempotencyKey()
            .WithSummary(
                "Makes a contact and sends a code to it. It is paged from now on, after those that are verified.");
        contacts.MapPost(
            "/{id}/code",
            (string name, string id, HttpContext context, ContactEndpoints endpoints) =>
                endpoints.SendCodeAsync(name, id, context))
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary("Sends another code, which replaces the one before.");
        contacts.MapPost(
            "/{id}/verify",
            (string name, string id, HttpContext context, ContactEndpoints endpoints) =>
                endpoints.VerifyAsync(name, id, context))
            .RequireRight(KeyRights.CreateAndUpdate)
            .TakesBody<CodeBody>(required: true)
            .TakesIdempotencyKey()
            .WithSummary("Confirms a contact by the code that came over it, within 15 minutes and five tries.");
        contacts.MapDelete(
            "/{id}",
            (string name, string id, HttpContext context, ContactEndpoints endpoints) =>
                endpoints.DeleteAsync(name, id, context))
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary("Takes a contact away that was made here.");
    }

    private Reply<ListOf<ContactShape>> List(string name) => grains.Policy.FindUser(name) is { } user
        ? new ListOf<ContactShape>(
            [.. ContactBook.Of(grains.Policy, user).Select(contact => ContactShape.Of(contact))], Next: null)
        : NoUser(name);

    private async Task<Reply<ContactShape>> MakeAsync(string name, HttpContext context)
    {
        var (body, unreadable) = await Body.ReadAsync<ContactBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var target = new DeliveryTarget(
            fields.Required("channel", body.Channel, Fields.LongestName),
            fields.Text("address", body.Address, Fields.LongestName).Trim());
        var retry = Caller.IdempotencyKey(context, Caller.Of(context), fields);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        if (grains.Policy.FindUser(name) is not { } user)
        {
            return NoUser(name);
        }

        var id = (retry is null ? _ids.Next("contact") : DerivedId.Of("contact retry", retry.Key, 0)).ToString();
        var made = new MadeContact(id, user.Name, target, Verified: false, Enabled: true, time.GetUtcNow());
        var answer = await book.SendAsync(id, new ContactCommand.Set(made), retry, context.RequestAborted);
        return answer.Accepted && Find(user, id) is { } contact
            ? await SendCodeAsync(user, contact, retry, context)
            : Refused(answer);
    }

    private async Task<Reply<ContactShape>> SendCodeAsync(string name, string id, HttpContext context)
    {
        var (user, contact, retry, problem) = FindOurs(name, id, context, new Fields());
        return problem ?? await SendCodeAsync(user!, contact!, retry, context);
    }

    private async Task<Reply<ContactShape>> SendCodeAsync(
        User user, KnownContact contact, RetryKey? retry, HttpContext context)
    {
        var (sent, answer) = await book.SendCodeAsync(user, contact, retry, context.RequestAborted);
        return answer.Accepted ? ContactShape.Of(contact, sent) : Refused(answer);
    }

    private async Task<Reply<ContactShape>> VerifyAsync(string name, string id, HttpContext context)
    {
        var (body, unreadable) = await Body.ReadAsync<CodeBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var code = fields.Required("code", body.Code, Fields.LongestName);
        var (user, _, retry, problem) = FindOurs(name, id, context, fields);
        if (problem is not null)
        {
            return problem;
        }

        var answer = await book.SendAsync(
            id, new ContactCommand.Verify(ContactBook.DigestOf(id, code)), retry, context.RequestAborted);
        return answer.Accepted && Find(user!, id) is { Verified: true } verified
            ? ContactShape.Of(verified)
            : Refused(answer);
    }

    private async Task<Reply<ContactShape>> DeleteAsync(string name, string id, HttpContext context)
    {
        var (_, contact, retry, problem) = FindOurs(name, id, context, new Fields());
        if (problem is not null)
        {
            return problem;
        }

        var answer = await book.SendAsync(id, new ContactCommand.Delete(), retry, context.RequestAborted);
        return answer.Accepted ? ContactShape.Of(contact! with { Enabled = false }) : Refused(answer);
    }

    private KnownContact? Find(User user, string id) =>
        ContactBook.Of(grains.Policy, user).FirstOrDefault(contact => contact.Id == id);

    /// <summary>One that can be changed here.</summary>
    private (User? User, KnownContact? Contact, RetryKey? Retry, Problem? Problem) FindOurs(
        string name, string id, HttpContext context, Fields fields)
    {
        var retry = Caller.IdempotencyKey(context, Caller.Of(context), fields);
        if (fields.AnyWrong || grains.Policy.FindUser(name) is not { } user)
        {
            return (null, null, null, fields.Problem ?? NoUser(name));
        }

        return Find(user, id) switch
        {
            null => (null, null, null, Problem.NotFound($"The user '{user.Name}' has no contact '{id}'.")),
            { OfFile: true } => (null, null, null, Problem.Refused(
                $"The contact comes from the configuration's file '{grains.Policy.FileOf("users", user.Name)}'; change it there.")),
            var contact => (user, contact, retry, null),
        };
    }

    private static Problem NoUser(string name) => Problem.NotFound($"There is no user '{name}'.");

    private static Problem Refused(Answer answer) =>
        answer.Outcome == Outcome.Poison ? Problem.Poisoned(answer.Reason) : Problem.Refused(answer.Reason);
}
