using System.Diagnostics;
using Correlation.Grains.Model;

namespace Correlation.Grains.SavedSearches;

/// <summary>Its key is an id of its own, so that a rename is one change of one grain.</summary>
public static class SavedSearch
{
    public static Decision<SavedSearchState> Decide(
        SavedSearchState? state, SavedSearchCommand command, DateTimeOffset at) =>
        (state, command) switch
        {
            (null, SavedSearchCommand.Create create) => Change(
                new SavedSearchState { Id = create.Id, Text = create.Text, CreatedAt = at, UpdatedAt = at }, "Created"),
            (_, SavedSearchCommand.Create) => Refuse("Saved search already exists"),
            (null or { Deleted: true }, _) => Refuse("Saved search does not exist"),
            (_, SavedSearchCommand.Update update) =>
                Change(state with { Text = update.Text, UpdatedAt = at }, "Updated"),
            (_, SavedSearchCommand.Delete) => Change(state with { Deleted = true, UpdatedAt = at }, "Deleted"),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<SavedSearchState> Change(SavedSearchState state, string reason) =>
        new() { Outcome = Outcome.Material, Reason = reason, State = state };

    private static Decision<SavedSearchState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };
}
