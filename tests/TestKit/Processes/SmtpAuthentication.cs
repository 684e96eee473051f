using System.Text;

namespace Correlation.TestKit.Processes;

/// <summary>The exchange behind AUTH PLAIN and AUTH LOGIN, with or without an initial answer.</summary>
internal static class SmtpAuthentication
{
    /// <returns>The user, or null when user and password are not those of the sink.</returns>
    public static async Task<string?> AskAsync(
        SmtpLines lines, string words, SmtpSettings settings, CancellationToken cancellationToken)
    {
        var given = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var initial = given.ElementAtOrDefault(1);
        var (user, password) = given.FirstOrDefault()?.ToUpperInvariant() switch
        {
            "PLAIN" => Plain(await AnswerAsync(lines, initial, "", cancellationToken)),
            "LOGIN" => (await AnswerAsync(lines, initial, "Username:", cancellationToken),
                await AnswerAsync(lines, null, "Password:", cancellationToken)),
            _ => ("", ""),
        };
        return (user, password) == (settings.User, settings.Password) ? user : null;
    }

    private static async Task<string> AnswerAsync(
        SmtpLines lines, string? initial, string question, CancellationToken cancellationToken)
    {
        if (initial is null)
        {
            await lines.WriteAsync(
                $"334 {Convert.ToBase64String(Encoding.ASCII.GetBytes(question))}", cancellationToken);
            initial = await lines.ReadAsync(cancellationToken) ?? "";
        }

        var decoded = new byte[initial.Length];
        return Convert.TryFromBase64String(initial, decoded, out var length)
            ? Encoding.UTF8.GetString(decoded, 0, length)
            : throw new SmtpViolationException("an AUTH answer that is not base64");
    }

    private static (string User, string Password) Plain(string answer) =>
        answer.Split('\0') is [_, var user, var password] ? (user, password) : ("", "");
}
