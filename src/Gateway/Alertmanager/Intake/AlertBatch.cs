using System.Buffers;
using System.Text.Json;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>The alerts of one request: those that can be used, and what is wrong with the others.</summary>
/// <param name="NotReadable">Why the body as a whole cannot be used; then there are no commands.</param>
internal sealed record AlertBatch(GrainCommand[] Commands, AlertProblems Problems, string? NotReadable)
{
    private const int KeptRoom = 512;

    /// <summary>A copy for the quarantine, when not every alert of the body could be used.</summary>
    public RefusedBody? Refused { get; private init; }

    /// <summary>Alerts of the group that Alertmanager left out.</summary>
    public long LeftOut { get; init; }

    [ThreadStatic]
    private static AlertReader? _reader;

    [ThreadStatic]
    private static GrainCommand[]? _room;

    /// <summary>The body of POST /api/v2/alerts: an array of alerts.</summary>
    public static AlertBatch Read(in ReadOnlySequence<byte> body, Sender sender)
    {
        var problems = new AlertProblems();
        using var bytes = new BodyBytes(body);
        var reader = new Utf8JsonReader(bytes.Span);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return new AlertBatch([], problems, "the body must be an array of alerts");
            }

            var commands = ReadAlerts(ref reader, bytes.Span, AlertForm.Posted, sender, problems);
            reader.Read();
            return new AlertBatch(commands, problems, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how the reader says that a field's name holds half of a surrogate pair.
            return new AlertBatch(
                [], problems, $"parsing the body failed near byte {reader.TokenStartIndex}: {e.Message}");
        }
    }

    /// <param name="cut">The body is the beginning of a longer one.</param>
    public AlertBatch KeepingRefused(in ReadOnlySequence<byte> body, bool cut = false)
    {
        if (NotReadable is null && Problems.Count == 0)
        {
            return this;
        }

        var refused = RefusedBody.Of(body);
        return this with { Refused = cut ? refused with { Size = -1 } : refused };
    }

    /// <summary>
    /// The reader stands on the array's opening bracket and ends on the closing one; of a cut body it ends nowhere.
    /// </summary>
    /// <param name="cut">The body is the beginning of a longer one: what it ends in the middle of is left.</param>
    /// <exception cref="JsonException">Not JSON, or more than <see cref="AlertLimits.Alerts"/> that are
    /// posted.</exception>
    public static GrainCommand[] ReadAlerts(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> body,
        AlertForm form,
        Sender sender,
        AlertProblems problems,
        bool cut = false)
    {
        var alert = _reader ??= new AlertReader();
        var room = _room ?? new GrainCommand[8];
        var (count, index) = (0, 0);
        try
        {
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (IsBeyond(index, form))
                {
                    reader.Skip();
                }
                else if (alert.Read(ref reader, body, index, form, sender, problems) is { } signal)
                {
                    if (count == room.Length)
                    {
                        Array.Resize(ref room, count * 2);
                    }

                    room[count++] = new GrainCommand(
                        new GrainId(GrainKind.Alert, signal.Alias), new AlertCommand.Receive(signal));
                }
            }
        }
        catch (JsonException) when (cut)
        {
            problems.Invalid($"the body is longer than is read: only its first {index} alerts are looked at");
            reader = default;
        }

        if (IsBeyond(index - 1, form))
        {
            problems.Invalid($"only the first {AlertLimits.NotifiedAlerts} of {index} alerts are taken");
        }

        var commands = room[..count];
        Array.Clear(room, 0, count);
        _room = room.Length > KeptRoom ? null : room;
        return commands;
    }

    private static bool IsBeyond(int index, AlertForm form) => (form, index) switch
    {
        (AlertForm.Notified, _) => index >= AlertLimits.NotifiedAlerts,
        (_, AlertLimits.Alerts) =>
            throw new JsonException($"it has more than {AlertLimits.Alerts} alerts, send them in several requests"),
        _ => false,
    };
}
