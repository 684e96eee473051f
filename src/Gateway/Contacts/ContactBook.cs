using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Correlation.Gateway.Seams;
using Correlation.Grains.Contacts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Contacts;

/// <summary>
/// Contacts of people, of the files and made through an API, for both protocols. A change is answered when it is in
/// force. A code is known to whoever gets the message, and kept as a digest.
/// </summary>
internal sealed class ContactBook(IGrains grains, ITestPages pages)
{
    /// <summary>
    /// All of a user: those of the files, which the operator has verified, then those that were made.
    /// </summary>
    public static IReadOnlyList<KnownContact> Of(PolicyVersion policy, User user) =>
    [
        .. user.FileContacts.Select((target, at) => new KnownContact(
            DerivedId.Of("contact", user.Name, at).ToString(), target, OfFile: true, Verified: true, Enabled: true)),
        .. policy.MadeContacts.Where(made => made.User.Equals(user.Name, StringComparison.OrdinalIgnoreCase))
            .Select(made => new KnownContact(made.Id, made.Target, OfFile: false, made.Verified, made.Enabled)),
    ];

    public async Task<Answer> SendAsync(string id, ContactCommand command, RetryKey? retry, CancellationToken aborted)
    {
        var answer = await grains.SendAsync(new GrainId(GrainKind.Contact, id), command, CommandClass.Person, retry);
        if (answer.Accepted)
        {
            await grains.PolicyInForceAsync(aborted);
        }

        return answer;
    }

    /// <returns>What became of the message; null for a refusal, and for a retry, whose message went out
    /// before.</returns>
    public async Task<(TestPage? Sent, Answer Answer)> SendCodeAsync(
        User user, KnownContact contact, RetryKey? retry, CancellationToken aborted)
    {
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var digest = DigestOf(contact.Id, code);
        var answer = await SendAsync(
            contact.Id, new ContactCommand.Sent(digest), retry is null ? null : retry with { Key = retry.Key + "/code" }, aborted);
        var isKept = answer.Accepted &&
            await grains.ReadAsync(new GrainId(GrainKind.Contact, contact.Id)) is ContactState state &&
            state.CodeSha256 == digest;
        return (isKept ? await pages.SendCodeAsync(user, contact.Target, code, aborted) : null, answer);
    }

    /// <summary>Whatever stands between its digits.</summary>
    public static string DigestOf(string contact, string code) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{contact}\n{string.Concat(code.Where(char.IsAsciiDigit))}")));
}

/// <param name="OfFile">It is changed in its file.</param>
internal sealed record KnownContact(string Id, DeliveryTarget Target, bool OfFile, bool Verified, bool Enabled);
