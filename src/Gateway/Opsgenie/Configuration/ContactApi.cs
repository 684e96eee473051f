using System.Text.Json;
using Correlation.Gateway.Contacts;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Contacts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Contacts made here, of users of files; what comes from a file is changed there.</summary>
internal sealed class ContactApi(IGrains grains, ContactBook book, FreshIds ids, TimeProvider time)
{
    private const int LongestAddress = 512;

    /// <returns>Null for what is no change of a contact.</returns>
    /// <param name="path">After the user.</param>
    /// <param name="ofFile">The refusal that names the file.</param>
    public async ValueTask<ApiAnswer?> ChangeAsync(ApiCall call, User user, string[] path, Func<ApiAnswer> ofFile) => (call.Method.ToUpperInvariant(), path) switch
    {
        ("POST", ["contacts"]) => await CreateAsync(call, user),
        ("PATCH", ["contacts", var id]) =>
            await OursAsync(user, id, ofFile, contact => UpdateAsync(call, user, contact)),
        ("DELETE", ["contacts", var id]) => await OursAsync(
            user, id, ofFile,
            contact => SendAsync(call, user, contact.Id, new ContactCommand.Delete(), "Deleted", 200)),
        ("POST", ["contacts", var id, "enable"]) => await OursAsync(
            user, id, ofFile,
            contact => SendAsync(call, user, contact.Id, new ContactCommand.Enable(true), "Enabled", 200)),
        ("POST", ["contacts", var id, "disable"]) => await OursAsync(
            user, id, ofFile,
            contact => SendAsync(call, user, contact.Id, new ContactCommand.Enable(false), "Disabled", 200)),
        _ => null,
    };

    public static void Write(Utf8JsonWriter json, PolicyVersion policy, KnownContact contact, int order)
    {
        json.WriteStartObject();
        json.WriteString("id", contact.Id);
        json.WriteString("method", MethodOf(policy, contact.Target));
        json.WriteString("to", contact.Target.Address);
        json.WriteStartObject("status");
        json.WriteBoolean("enabled", contact.Enabled);
        if (!contact.Enabled || !contact.Verified)
        {
            json.WriteString(
                "disabledReason", contact.Enabled ? "Not verified; paged after those that are" : "Disabled by user");
        }

        json.WriteEndObject();
        json.WriteNumber("applyOrder", order);
        json.WriteEndObject();
    }

    /// <summary>Opsgenie knows four ways; what is none of them is closest to its app on a telephone.</summary>
    public static string MethodOf(PolicyVersion policy, DeliveryTarget contact) => policy.FindChannel(contact.Channel)?.Type switch
    {
        "email" => "email",
        "sms" => "sms",
        "voice" => "voice",
        _ => "mobile",
    };

    private async ValueTask<ApiAnswer> CreateAsync(ApiCall call, User user)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var (method, to) = (body!.Root.Text("method") ?? "", Address(body));
        var channel = grains.Policy.Channels.FirstOrDefault(c => c.Type == (method == "mobile" ? "ntfy" : method));
        if (method is not ("email" or "sms" or "voice" or "mobile"))
        {
            body.Errors.Add("method", "method must be one of email, sms, voice, mobile.");
        }
        else if (channel is null)
        {
            body.Errors.Add("method", $"No channel is configured that reaches people by {method}.");
        }

        if (body.Errors.Any)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        var id = ids.Next("contact").ToString();
        var made = new MadeContact(
            id, user.Name, new DeliveryTarget(channel!.Name, to), Verified: false, Enabled: true, time.GetUtcNow());
        var answer = await SendAsync(call, user, id, new ContactCommand.Set(made), "Created", 201);
        return await WithCodeAsync(call, user, id, answer);
    }

    private async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, User user, KnownContact contact)
    {
        var (body, refusal) = await ScheduleWrites.ReadAsync(call);
        if (refusal is not null)
        {
            return refusal;
        }

        var to = Address(body!);
        if (body!.Errors.Any)
        {
            return ApiAnswer.Invalid(body.Errors);
        }

        var made = new MadeContact(
            contact.Id,
            user.Name,
            contact.Target with { Address = to },
            Verified: false,
            contact.Enabled,
            time.GetUtcNow());
        var answer = await SendAsync(call, user, contact.Id, new ContactCommand.Set(made), "Updated", 200);
        return to == contact.Target.Address ? answer : await WithCodeAsync(call, user, contact.Id, answer);
    }

    /// <summary>Whether the message went out is asked of the native API: there is no word for it here.</summary>
    private async ValueTask<ApiAnswer> WithCodeAsync(ApiCall call, User user, string id, ApiAnswer answer)
    {
        if (answer.Status < 300 && Find(user, id) is { } contact)
        {
            await book.SendCodeAsync(user, contact, null, call.Aborted);
        }

        return answer;
    }

    /// <summary>
    /// A new user is reached by e-mail at the address that the name is, and is sent the code that verifies it.
    /// </summary>
    public async ValueTask InviteAsync(ApiCall call, User user)
    {
        if (!user.Name.Contains('@') ||
            grains.Policy.Channels.FirstOrDefault(channel => channel.Type == "email") is not { } email)
        {
            return;
        }

        var id = ids.Next("contact").ToString();
        var made = new MadeContact(
            id, user.Name, new DeliveryTarget(email.Name, user.Name), Verified: false, Enabled: true, time.GetUtcNow());
        await WithCodeAsync(
            call, user, id, await SendAsync(call, user, id, new ContactCommand.Set(made), "Created", 201));
    }

    /// <summary>The contacts of a user who is gone.</summary>
    public async ValueTask ForgetAsync(ApiCall call, User user)
    {
        foreach (var contact in grains.Policy.MadeContacts.Where(made => made.User.Equals(user.Name, StringComparison.OrdinalIgnoreCase)))
        {
            await book.SendAsync(contact.Id, new ContactCommand.Delete(), null, call.Aborted);
        }
    }

    private static string Address(DocumentBody body)
    {
        var to = body.Root.Text("to")?.Trim() ?? "";
        if (to.Length is 0 or > LongestAddress)
        {
            body.Errors.Add(
                "to", to.Length == 0 ? "to can not be empty." : $"to has at most {LongestAddress} characters.");
        }

        return to;
    }

    private async ValueTask<ApiAnswer> OursAsync(User user, string id, Func<ApiAnswer> ofFile, Func<KnownContact, ValueTask<ApiAnswer>> change) => Find(user, id) switch
    {
        null => ApiAnswer.NotFound($"The user '{user.Name}' has no contact '{Texts.Cut(id, Limits.Alias)}'."),
        { OfFile: true } => ofFile(),
        var contact => await change(contact),
    };

    private KnownContact? Find(User user, string id) =>
        ContactBook.Of(grains.Policy, user).FirstOrDefault(contact => contact.Id == id);

    private async ValueTask<ApiAnswer> SendAsync(
        ApiCall call, User user, string id, ContactCommand command, string result, int status)
    {
        var answer = await book.SendAsync(id, command, null, call.Aborted);
        return answer.Outcome switch
        {
            Outcome.Refused => new ApiAnswer(422) { Message = answer.Reason },
            Outcome.Poison => new ApiAnswer(500) { Message = answer.Reason },
            _ => new ApiAnswer(status)
            {
                Result = result,
                RequestId = answer.Position.ToRequestId(),
                Data = Find(user, id) is { } contact ? json => Write(json, grains.Policy, contact, 0) : null,
            },
        };
    }
}
