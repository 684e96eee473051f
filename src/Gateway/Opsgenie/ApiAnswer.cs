using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// What a request comes to, before it is written by <see cref="Envelope"/>. Refusals are answers too.
/// </summary>
internal sealed record ApiAnswer(int Status)
{
    private const string NotProcessable = "Request body is not processable. Please check the errors.";

    /// <summary>Short text of a write that was done.</summary>
    public string? Result { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// Field to text; the texts must be strings, for one client drops everything else without a word.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Errors { get; init; }

    public int? Code { get; init; }

    /// <summary>Position of the command that was decided; null takes a fresh id.</summary>
    public Guid? RequestId { get; init; }

    public Action<Utf8JsonWriter>? Data { get; init; }

    public PagingLinks? Paging { get; init; }

    public int? TotalCount { get; init; }

    /// <summary>Words that <c>expand</c> takes.</summary>
    public IReadOnlyList<string>? Expandable { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Methods of the path that was called with another.</summary>
    public string? Allow { get; init; }

    public static ApiAnswer Ok(Action<Utf8JsonWriter> data) => new(200) { Data = data };

    /// <summary>
    /// Accepted and decided: the request id finds what became of it. Also of a signal whose deciding threw, for it has
    /// paged by itself.
    /// </summary>
    public static ApiAnswer Accepted(Answer answer) =>
        new(202) { Result = "Request will be processed", RequestId = answer.Position.ToRequestId() };

    /// <summary>What people do: when deciding it threw nothing has happened, and they must hear so at once.</summary>
    public static ApiAnswer Done(Answer answer) => answer.Outcome == Outcome.Poison
        ? new(500)
        {
            Message = "A fault of ours: nothing has been done. It is in the log.",
            RequestId = answer.Position.ToRequestId(),
        }
        : Accepted(answer);

    public static ApiAnswer BadRequest(string message) => new(400) { Message = message };

    public static ApiAnswer NotFound(string message) => new(404) { Message = message };

    /// <param name="allowed">What the path takes instead.</param>
    public static ApiAnswer MethodNotAllowed(string method, params IEnumerable<string> allowed) =>
        new(405) { Message = $"Request method '{method}' not supported", Allow = string.Join(", ", allowed) };

    public static ApiAnswer Invalid(FieldErrors errors) => new(422) { Message = NotProcessable, Errors = errors.Texts };

    public static ApiAnswer Invalid(string field, string text) =>
        new(422) { Message = NotProcessable, Errors = new Dictionary<string, string> { [field] = text } };

    /// <summary>The key may not do this.</summary>
    public static ApiAnswer Forbidden(string message) => new(403) { Message = message, Code = 40301 };

    /// <summary>A team's key sees that team's things only.</summary>
    public static ApiAnswer OtherTeam(ApiKey key, string what) =>
        Forbidden($"The key '{key.Name}' belongs to team {key.Team}, {what} to another.");

    /// <summary>Opsgenie has it and we do not.</summary>
    public static ApiAnswer NotSupported(string message) => new(403) { Message = message, Code = 40302 };
}

/// <summary>Absolute URLs; null at the ends.</summary>
internal sealed record PagingLinks(string First, string? Next, string? Previous, string? Last);
