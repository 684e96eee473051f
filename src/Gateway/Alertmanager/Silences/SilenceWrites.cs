using System.Buffers;
using System.Text.Json;
using Correlation.Gateway.Alertmanager.Intake;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.Grains.Silences;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Correlation.Gateway.Alertmanager.Silences;

/// <summary>
/// POST /api/v2/silences and DELETE /silence/{id}, answered when they are in force. An edit that would change what was
/// hidden so far ends the old silence and makes a new one: clients must use the id that they are answered with.
/// </summary>
internal sealed class SilenceWrites(
    IGrains grains, SilenceReads reads, FreshIds ids, TimeProvider time, Answers answers)
{
    public async Task PostAsync(HttpContext context)
    {
        if (await IsOfTeamAsync(context))
        {
            return;
        }

        var body = await WholeBody.ReadAsync(context, 0, static (in body, _) => Read(body));
        if (body is null)
        {
            await answers.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, WholeBody.TooLarge);
        }
        else if (body.NotReadable is { } reason)
        {
            await answers.WriteAsync(context, StatusCodes.Status400BadRequest, reason);
        }
        else if (body.Problems.SchemaCode > 0)
        {
            await Answers.CodedAsync(
                context, StatusCodes.Status422UnprocessableEntity, body.Problems.SchemaCode, body.Problems.Text);
        }
        else if (body.Matchers is { } matchers)
        {
            await SetAsync(context, body.Posted, matchers);
        }
        else
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, body.Problems.Text);
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await IsOfTeamAsync(context))
        {
            return;
        }

        if (SilencePath.IdOf(context) is not { } id)
        {
            await SilencePath.NoUuidAsync(context);
            return;
        }

        var user = context.Features.GetRequiredFeature<ApiKey>().Name;
        var to = new GrainId(GrainKind.Silence, id);
        var answer = await grains.SendAsync(to, new SilenceCommand.Expire(user), CommandClass.Person);
        if (answer.Outcome == Outcome.Refused)
        {
            await SilencePath.UnknownAsync(context, id);
        }
        else if (!answer.Accepted)
        {
            await Answers.TextAsync(context, StatusCodes.Status500InternalServerError, answer.Reason);
        }
        else
        {
            await grains.PolicyInForceAsync(context.RequestAborted);
            await Answers.Done(context);
        }
    }

    private async Task SetAsync(HttpContext context, PostedSilence posted, MatcherSet matchers)
    {
        var now = time.GetUtcNow();
        var (starts, ends) = (posted.StartsAt!.Value, posted.EndsAt!.Value);
        if (ends <= starts || ends <= now)
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, ends <= now
                ? "Failed to create silence: end time can't be in the past"
                : "Failed to create silence: start time must be before end time");
            return;
        }

        SilenceState? before = null;
        if (posted.Id is { Length: > 0 } id)
        {
            before = Guid.TryParse(id, out var known) ? await reads.FindAsync(known.ToString()) : null;
            if (before is null)
            {
                await SilencePath.UnknownAsync(context, id);
                return;
            }
        }

        var user = context.Features.GetRequiredFeature<ApiKey>().Name;
        var author = posted.CreatedBy is { Length: > 0 } name ? name : user;
        var silence = new Silencing(
            ids.Next("silence").ToString(), matchers, starts, ends, WithoutNul(author), WithoutNul(posted.Comment!));
        await SendAsync(context, Commands(silence, before, user, now), ends);
    }

    private static GrainCommand[] Commands(Silencing silence, SilenceState? before, string user, DateTimeOffset now)
    {
        if (before is null)
        {
            return [Set(silence)];
        }

        if (SilenceEdit.InPlace(before, silence, now) is { } same)
        {
            return [Set(same)];
        }

        // Both in one turn: no alert is between them. The new one first, for it answers.
        return [Set(silence), new GrainCommand(before.Grain, new SilenceCommand.Expire(user))];
    }

    private async Task SendAsync(HttpContext context, GrainCommand[] commands, DateTimeOffset ends)
    {
        var answer = (await grains.SendAsync(commands, CommandClass.Person))[0];
        if (!answer.Accepted)
        {
            var status = answer.Outcome == Outcome.Refused
                ? StatusCodes.Status400BadRequest
                : StatusCodes.Status500InternalServerError;
            await Answers.TextAsync(context, status, $"Failed to create silence: {answer.Reason} (endsAt {ends:O})");
            return;
        }

        await grains.PolicyInForceAsync(context.RequestAborted);
        await Answers.JsonAsync(context, StatusCodes.Status200OK, commands[0].To.Key, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("silenceID"u8, id);
            json.WriteEndObject();
        });
    }

    /// <summary>A silence may hide any team's alerts, so a key of one team makes and ends none.</summary>
    private async ValueTask<bool> IsOfTeamAsync(HttpContext context)
    {
        var key = context.Features.GetRequiredFeature<ApiKey>();
        if (key.Team is null)
        {
            return false;
        }

        await answers.WriteAsync(
            context,
            StatusCodes.Status403Forbidden,
            $"The key '{key.Name}' belongs to team {key.Team}; a silence may hide other teams' alerts.");
        return true;
    }

    /// <summary>PostgreSQL cannot hold one.</summary>
    private static string WithoutNul(string text) => text.Replace('\0', '\uFFFD');

    private static GrainCommand Set(Silencing silence) =>
        new(new GrainId(GrainKind.Silence, silence.Id), new SilenceCommand.Set(silence));

    private static SilenceRequest Read(in ReadOnlySequence<byte> body)
    {
        var problems = new AlertProblems();
        using var bytes = new BodyBytes(body);
        try
        {
            var reader = new Utf8JsonReader(bytes.Span);
            if (PostedSilence.Read(ref reader) is { } posted)
            {
                return new SilenceRequest(posted, posted.Check(problems), problems, null);
            }

            problems.Missing("silence in body");
            return new SilenceRequest(new PostedSilence(), null, problems, null);
        }
        catch (JsonException e)
        {
            // Without an inner one it is JSON, and its message names our types instead of the sender's fields.
            var reason = e.InnerException is JsonException syntax ? syntax.Message : "wrong type";
            return new SilenceRequest(
                new PostedSilence(), null, problems, $"parsing the body failed at {e.Path ?? "$"}: {reason}");
        }
    }

    private sealed record SilenceRequest(
        PostedSilence Posted, MatcherSet? Matchers, AlertProblems Problems, string? NotReadable);
}
