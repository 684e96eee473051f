using Correlation.Grains.Model;
using Correlation.Grains.SavedSearches;
using Xunit;

namespace Correlation.Grains.Tests.SavedSearches;

public sealed class SavedSearchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly SavedSearchText Text = new("mine", "", "status:open", "ada@example.com", []);

    private static readonly SavedSearchState Kept = new() { Id = "s", Text = Text, CreatedAt = Noon, UpdatedAt = Noon };

    [Fact]
    public void It_is_created_once() => AssertBecomes(Kept, "Created", null, new SavedSearchCommand.Create("s", Text));

    [Fact]
    public void An_update_keeps_when_it_was_created()
    {
        var renamed = Text with { Name = "ours" };
        AssertBecomes(
            Kept with { Text = renamed, UpdatedAt = Noon.AddHours(1) },
            "Updated",
            Kept,
            new SavedSearchCommand.Update(renamed),
            Noon.AddHours(1));
    }

    [Fact]
    public void A_delete_keeps_the_id_taken()
    {
        var gone = Kept with { Deleted = true };
        AssertBecomes(gone, "Deleted", Kept, new SavedSearchCommand.Delete());
        AssertRefuses("Saved search already exists", gone, new SavedSearchCommand.Create("s", Text));
    }

    [Fact]
    public void What_is_not_there_is_neither_changed_nor_deleted()
    {
        foreach (var state in new[] { null, Kept with { Deleted = true } })
        {
            AssertRefuses("Saved search does not exist", state, new SavedSearchCommand.Update(Text));
            AssertRefuses("Saved search does not exist", state, new SavedSearchCommand.Delete());
        }
    }

    private static void AssertBecomes(
        SavedSearchState expected, string reason, SavedSearchState? state, SavedSearchCommand command,
            DateTimeOffset? at = null) =>
        Assert.Equal(
            new Decision<SavedSearchState> { Outcome = Outcome.Material, Reason = reason, State = expected },
            SavedSearch.Decide(state, command, at ?? Noon));

    private static void AssertRefuses(string reason, SavedSearchState? state, SavedSearchCommand command) =>
        Assert.Equal(
        new Decision<SavedSearchState> { Outcome = Outcome.Refused, Reason = reason },
        SavedSearch.Decide(state, command, Noon));
}
