using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Opsgenie;

/// <summary>List and count, filtered by the query language.</summary>
internal sealed class AlertLists(IGrains grains, IReads reads, SavedSearches searches)
{
    private const int MostReached = 20_000;

    public async ValueTask<ApiAnswer> ListAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var offset = call.Query.Number("offset", 0, 0, int.MaxValue, errors);
        var limit = call.Query.Number("limit", 20, 1, 100, errors);
        var descending = call.Query.Choice("order", errors, "desc", "asc") == "desc";
        var sort = AlertSort.ColumnOf(call.Query["sort"], errors);
        var filter = await AlertSearch.FilterAsync(call, grains.Policy, searches, errors);
        if ((long)offset + limit > MostReached)
        {
            errors.Add(
                "offset",
                $"offset and limit together can not be more than {MostReached}: narrow the query instead.");
        }

        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        // One more than asked tells whether there is a next page, without counting a million alerts.
        var list = new AlertList(filter, sort, descending, offset, limit + 1);
        var found = await reads.ListAlertsAsync(list, call.Aborted);
        var more = found.Count > limit;
        var count = more ? await reads.KeptCountAsync(filter, call.Aborted) : null;
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartArray();
            foreach (var view in found.Take(limit))
            {
                AlertJson.WriteListItem(json, view, grains.Policy);
            }

            json.WriteEndArray();
        }) with
        { Paging = Paging.ByOffset(call, offset, limit, more, (int?)(count > MostReached ? MostReached : count)) };
    }

    public async ValueTask<ApiAnswer> CountAsync(ApiCall call)
    {
        var errors = new FieldErrors();
        var filter = await AlertSearch.FilterAsync(call, grains.Policy, searches, errors);
        if (errors.Any)
        {
            return ApiAnswer.Invalid(errors);
        }

        var count = await reads.CountAlertsAsync(filter, call.Aborted);
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", count);
            json.WriteEndObject();
        });
    }
}
