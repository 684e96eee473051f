using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>Several pages to one person as one message, which says how many and which.</summary>
internal static class StormSummary
{
    private const int Listed = 20;

    /// <param name="pages">Most urgent first, at least two.</param>
    public static Delivery Of(IReadOnlyList<Delivery> pages)
    {
        var first = pages[0];
        var lines = pages.Take(Listed)
            .Select(p => $"[{p.Text.Priority}] #{p.Text.Number} {p.Text.Title} ({p.Text.Team})");
        var more = pages.Count > Listed ? $"\nand {pages.Count - Listed} more" : "";
        var isDigest = first.Text.Event == PageEvents.Digest;
        var what = isDigest ? "incidents came and went in quiet hours" : "more incidents";
        var teams = pages.Select(p => p.Text.Team).Distinct(StringComparer.Ordinal).ToList();
        return first with
        {
            // The same pages tried again are the same message.
            Id = DerivedId.Of(
                "summary", string.Join(' ', pages.Select(p => p.Id.ToString("N")).Order(StringComparer.Ordinal)), 1),
            Pages = pages.Select(p => new SentPage(p.IncidentId, p.Id, p.Channel)).ToValueList(),
            Reason = $"{pages.Count} {(isDigest ? "digests" : "pages")} came at a time; {first.Reason}",
            Text = new PageText(
                PageEvents.Summary,
                $"{pages.Count} {what}: {string.Join("; ", pages.Take(3).Select(p => $"#{p.Text.Number} {p.Text.Title}"))}",
                string.Join('\n', lines) + more,
                first.Text.Priority,
                string.Join(", ", teams.Take(5)),
                first.Text.Number,
                "",
                "",
                "",
                pages.Sum(p => p.Text.MemberCount),
                pages.Min(p => p.Text.OpenedAt)),
        };
    }
}
