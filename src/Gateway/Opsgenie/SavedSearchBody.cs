using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.SavedSearches;

namespace Correlation.Gateway.Opsgenie;

/// <summary>A saved search, whole on a create and in part on a PATCH.</summary>
internal sealed class SavedSearchBody(PolicyVersion policy) : JsonBody
{
    private const int LongestName = 100;

    private readonly Limits _limits = new();
    private string? _name;
    private string? _description;
    private string? _query;
    private Responder? _owner;
    private List<Responder>? _teams;

    /// <summary>Null when there are errors.</summary>
    public SavedSearchText? Create()
    {
        if (_owner is null)
        {
            Errors.Add("owner", "Owner can not be empty.");
        }

        if (string.IsNullOrWhiteSpace(_query))
        {
            Errors.Add("query", "Query can not be empty.");
        }

        return Change(new SavedSearchText("", "", "", "", []));
    }

    /// <summary>What is not given stays as it is. Null when there are errors.</summary>
    public SavedSearchText? Change(SavedSearchText before)
    {
        var after = new SavedSearchText(
            _name ?? before.Name,
            _description is null ? before.Description : _limits.Cut(_description, Limits.Description, "description"),
            _query ?? before.Query,
            _owner?.Name ?? before.Owner,
            _teams is null
                ? before.Teams
                : _limits.First(_teams, Limits.Tags, "teams").Select(team => team.Name).ToValueList());
        if (string.IsNullOrWhiteSpace(after.Name) || Texts.Length(after.Name) > LongestName)
        {
            Errors.Add("name", $"Name must have at least 1 and at most {LongestName} characters.");
        }

        AlertSearch.Parse(after.Query, "query", Errors);
        return Errors.Any ? null : after;
    }

    protected override bool TryReadField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("name"u8))
        {
            _name = JsonTexts.ReadText(ref reader, "name", Errors);
        }
        else if (reader.ValueTextEquals("description"u8))
        {
            _description = JsonTexts.ReadText(ref reader, "description", Errors);
        }
        else if (reader.ValueTextEquals("query"u8))
        {
            _query = JsonTexts.ReadText(ref reader, "query", Errors);
        }
        else if (reader.ValueTextEquals("owner"u8))
        {
            _owner = ResponderReader.ReadOne(ref reader, "owner", "user", policy, Errors).FirstOrDefault();
        }
        else if (reader.ValueTextEquals("teams"u8))
        {
            _teams = ResponderReader.ReadAll(ref reader, "teams", "team", policy, Errors);
        }
        else
        {
            return false;
        }

        return true;
    }
}
