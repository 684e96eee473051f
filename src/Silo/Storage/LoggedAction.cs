using System.Text.Json;

namespace Correlation.Silo.Storage;

/// <summary>
/// What was asked, by a row of the decision log: a person's action travels inside another command, so it is named.
/// </summary>
internal static class LoggedAction
{
    public static string Of(string type, ReadOnlyMemory<byte> command)
    {
        if (type is not ("alert.handle" or "incident.person") || command.IsEmpty)
        {
            return type;
        }

        using var body = JsonDocument.Parse(command);
        return body.RootElement.GetProperty("action").GetProperty("do").GetString()!;
    }
}
