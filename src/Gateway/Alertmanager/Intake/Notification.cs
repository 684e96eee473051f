using System.Buffers;
using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// The body of an Alertmanager's webhook (version 4): a snapshot of a group, each alert of which stands for itself.
/// What it says about the group is not needed, for grouping is done here; what can be used of it is used.
/// </summary>
internal static class Notification
{
    /// <param name="cut">The body is the beginning of a longer one: the alerts that are whole in it are read.</param>
    public static AlertBatch Read(in ReadOnlySequence<byte> body, Sender sender, bool cut = false)
    {
        var problems = new AlertProblems();
        using var bytes = new BodyBytes(body);
        var reader = new Utf8JsonReader(bytes.Span);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                ? ReadObject(ref reader, bytes.Span, sender, problems, cut)
                : new AlertBatch([], problems, "the body must be an object with an array 'alerts'");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how the reader says that a field's name holds half of a surrogate pair.
            return new AlertBatch(
                [], problems, $"parsing the body failed near byte {reader.TokenStartIndex}: {e.Message}");
        }
    }

    private static AlertBatch ReadObject(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Sender sender, AlertProblems problems, bool cut)
    {
        GrainCommand[]? commands = null;
        string? externalUrl = null;
        long leftOut = 0;
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isAlerts, isUrl) = (reader.ValueTextEquals("alerts"u8), reader.ValueTextEquals("externalURL"u8));
                var isLeftOut = reader.ValueTextEquals("truncatedAlerts"u8);
                reader.Read();
                if (isAlerts && reader.TokenType == JsonTokenType.StartArray)
                {
                    commands = AlertBatch.ReadAlerts(ref reader, body, AlertForm.Notified, sender, problems, cut);
                }
                else
                {
                    var (isText, isNumber) =
                        (reader.TokenType == JsonTokenType.String, reader.TokenType == JsonTokenType.Number);
                    externalUrl = isUrl && isText ? JsonText.Read(ref reader) : externalUrl;
                    leftOut = isLeftOut && isNumber && reader.TryGetInt64(out var number) ? number : leftOut;
                    reader.Skip();
                }
            }

            reader.Read();
        }
        catch (JsonException) when (cut && commands is not null)
        {
            problems.Invalid("the body is longer than is read: its alerts are taken, and not what follows them");
        }

        return commands is null
            ? new AlertBatch([], problems, "the body must have an array 'alerts'")
            : new AlertBatch(externalUrl is { Length: > 0 } url ? LinkedTo(url, commands) : commands, problems, null)
            {
                LeftOut = leftOut,
            };
    }

    /// <summary>The way back to the Alertmanager that sent them, which is their source.</summary>
    private static GrainCommand[] LinkedTo(string url, GrainCommand[] commands) => Array.ConvertAll(commands, command =>
    {
        var signal = ((AlertCommand.Receive)command.Command).Signal;
        return command with
        {
            Command = new AlertCommand.Receive(signal with
            {
                Texts = signal.Texts.With([new("externalURL", url)]),
                Source = SourceName.Of(url),
            }),
        };
    });
}
