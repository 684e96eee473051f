using Correlation.Gateway.Opsgenie.Search;
using Correlation.Gateway.Seams;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie.Search;

/// <summary>A list of alerts in memory. What a row does not name is empty.</summary>
internal sealed class AlertTable : IDisposable
{
    private const string Texts =
        "alias message description source entity status owner priority tags actions details teams responders "
        + "integration_name integration_type acked_by closed_by";

    private const string Numbers =
        "tiny_id acknowledged is_seen snoozed count created_at updated_at last_occurred_at";

    private readonly SqliteConnection _connection;

    static AlertTable() => SQLitePCL.Batteries_V2.Init();

    public AlertTable()
    {
        _connection = new SqliteConnection("Data Source=:memory:");
        _connection.Open();
        var columns = Texts.Split(' ').Select(name => $"{name} TEXT NOT NULL DEFAULT ''")
            .Concat(Numbers.Split(' ').Select(name => $"{name} INTEGER NOT NULL DEFAULT 0"))
            .Concat(["id TEXT NOT NULL", "snoozed_until INTEGER"]);
        using var create = new SqliteCommand($"CREATE TABLE alerts ({string.Join(", ", columns)})", _connection);
        create.ExecuteNonQuery();
    }

    /// <summary>By default each was never called otherwise.</summary>
    public Func<string, IReadOnlyList<string>> NamesOfTeam { get; set; } = name => [name];

    public void Add(string id, Dictionary<string, object> row)
    {
        row["id"] = id;
        using var insert = _connection.CreateCommand();
        var values = row.Keys.Select(column => "@" + column);
        insert.CommandText = $"INSERT INTO alerts ({string.Join(", ", row.Keys)}) VALUES ({string.Join(", ", values)})";
        foreach (var (column, value) in row)
        {
            insert.Parameters.AddWithValue("@" + column, value);
        }

        insert.ExecuteNonQuery();
    }

    /// <summary>The ids found, in order, with a space between.</summary>
    public string Find(string text)
    {
        Assert.True(AlertQueryParser.TryParse(text, out var query, out var error), error?.ToString());
        return Find(query);
    }

    public string Find(AlertQuery query)
    {
        var where = AlertQuerySql.Compile(query, SearchDialect.Sqlite, NamesOfTeam);
        using var select = _connection.CreateCommand();
        select.CommandText = $"SELECT a.id FROM alerts a WHERE {where.Text} ORDER BY a.id";
        for (var i = 0; i < where.Parameters.Count; i++)
        {
            select.Parameters.AddWithValue($"@q{i}", where.Parameters[i]);
        }

        var found = new List<string>();
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            found.Add(rows.GetString(0));
        }

        return string.Join(' ', found);
    }

    public void Dispose() => _connection.Dispose();
}
