using System.Globalization;
using System.Text;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

/// <summary>What a calendar program sees is what on call says.</summary>
public sealed class CalendarTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task A_schedules_calendar_says_of_its_shifts_what_on_call_says()
    {
        var shifts = Shifts(await FileAsync("/api/v1/schedules/days.ics"));

        Assert.True(shifts.Count > 200, $"{shifts.Count} shifts");
        Assert.Equal(shifts.Count, shifts.Select(shift => shift["UID"]).Distinct().Count());
        foreach (var shift in shifts.Take(40))
        {
            var middle = Time(shift["DTSTART"]) + ((Time(shift["DTEND"]) - Time(shift["DTSTART"])) / 2);
            var listed = await server.GetAsync($"/api/v1/oncall?at={middle.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
            var days = listed.GetProperty("items")
                .EnumerateArray()
                .Single(s => s.GetProperty("schedule").GetString() == "days");
            Assert.Equal($"{days.GetProperty("people")[0].GetString()}: days", shift["SUMMARY"]);
        }
    }

    [Fact]
    public async Task A_persons_calendar_has_their_shifts_of_all_schedules_and_the_ids_of_those()
    {
        var (days, office) = (Shifts(await FileAsync("/api/v1/schedules/days.ics")), Shifts(await FileAsync("/api/v1/schedules/office.ics")));
        var ada = Shifts(await FileAsync($"/api/v1/users/{NativeServer.Ada}.ics"));

        Assert.All(
            ada, shift => Assert.StartsWith(NativeServer.Ada + ": ", shift["SUMMARY"], StringComparison.Ordinal));
        Assert.Contains(ada, shift => shift["SUMMARY"].EndsWith(": office", StringComparison.Ordinal));
        Assert.Contains(ada, shift => shift["DESCRIPTION"].EndsWith("as team:duty", StringComparison.Ordinal));
        var known = days.Concat(office)
            .Where(shift => shift["SUMMARY"].StartsWith(NativeServer.Ada, StringComparison.Ordinal));
        Assert.Subset(ada.Select(shift => shift["UID"]).ToHashSet(), known.Select(shift => shift["UID"]).ToHashSet());
    }

    [Fact]
    public async Task Its_form_is_that_of_the_standard()
    {
        using var answer = await server.Http.GetAsync(new Uri("/api/v1/schedules/days.ics", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/calendar", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nEND:VCALENDAR\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(text.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
    }

    [Fact]
    public async Task What_is_unknown_has_none()
    {
        await server.GetAsync("/api/v1/schedules/none.ics", 404);
        await server.GetAsync("/api/v1/users/nobody@example.org.ics", 404);
    }

    private Task<string> FileAsync(string path) => server.Http.GetStringAsync(new Uri(path, UriKind.Relative));

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(
        text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>By its own reading of the standard: lines that begin with a blank go on the line before.</summary>
    private static List<Dictionary<string, string>> Shifts(string text) =>
        [.. text.Replace("\r\n ", "", StringComparison.Ordinal)
            .Split("BEGIN:VEVENT\r\n").Skip(1)
            .Select(shift => shift.Split("END:VEVENT")[0].Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(':', 2))
                .ToDictionary(pair => pair[0], pair => pair[1].Replace("\\,", ",", StringComparison.Ordinal)))];
}
