using System.Text.Json;

namespace Correlation.Grains.Wire;

/// <summary>A note as stored in a child row.</summary>
/// <param name="Owner">Who wrote it; empty for an API call without a user.</param>
public sealed record NoteText(string Note, string Owner, DateTimeOffset CreatedAt)
{
    public static string Write(string note, string owner, DateTimeOffset at) =>
        JsonSerializer.Serialize(new NoteText(note, owner, at), WireJson.Lean);

    public static NoteText Read(string body) => JsonSerializer.Deserialize<NoteText>(body, WireJson.Options)!;
}
