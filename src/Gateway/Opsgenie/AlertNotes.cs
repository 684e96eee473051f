using System.Globalization;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Gateway.Opsgenie;

/// <param name="Offset">The cursor clients hand back.</param>
internal sealed record AlertNote(NoteText Text, string Offset);

internal static class AlertNotes
{
    /// <summary>The newest of each; an alert with more is read in the native API.</summary>
    private const int Most = 1000;

    /// <summary>Oldest first.</summary>
    public static async ValueTask<IReadOnlyList<AlertNote>> ReadAsync(
        IReads reads, AlertView view, CancellationToken cancellationToken)
    {
        var notes = new List<AlertNote>(await OfAsync(reads, view.Alert.History, "a", cancellationToken));
        if (view.Incident is { } incident)
        {
            notes.AddRange(await OfAsync(reads, incident.Grain, "i", cancellationToken));
        }

        return notes.OrderBy(note => note.Text.CreatedAt).ThenBy(note => note.Offset, StringComparer.Ordinal).ToList();
    }

    private static async ValueTask<IEnumerable<AlertNote>> OfAsync(
        IReads reads, GrainId owner, string mark, CancellationToken cancellationToken)
    {
        var items = await reads.ItemsAsync(owner, "notes", null, Most, newestFirst: true, cancellationToken);
        return items.Select(item =>
        {
            var text = NoteText.Read(item.Body);
            var at = text.CreatedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            return new AlertNote(text, $"{at}-{mark}-{item.Key}");
        });
    }
}
