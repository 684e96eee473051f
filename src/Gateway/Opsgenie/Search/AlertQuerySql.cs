using System.Diagnostics;
using System.Text;
using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>
/// Turns a query into a WHERE fragment over the list <c>a</c>. Nothing of the query's text becomes SQL: values are
/// parameters, columns come from <see cref="AlertFields"/>.
/// </summary>
internal sealed class AlertQuerySql
{
    private readonly Func<string, IReadOnlyList<string>> _namesOfTeam;
    private readonly string _like;
    private readonly string _true;
    private readonly string _false;
    private readonly StringBuilder _sql = new();
    private readonly List<object> _parameters = [];

    private AlertQuerySql(SearchDialect dialect, Func<string, IReadOnlyList<string>> namesOfTeam)
    {
        _namesOfTeam = namesOfTeam;
        (_like, _true, _false) = dialect switch
        {
            // SQLite ignores the case of ASCII letters only.
            SearchDialect.Sqlite => ("LIKE", "1", "0"),
            SearchDialect.Postgres => ("ILIKE", "TRUE", "FALSE"),
            _ => throw new UnreachableException($"no SQL for dialect {dialect}"),
        };
    }

    /// <param name="namesOfTeam">All that a team is and was called; the name alone when there is none of it.</param>
    public static SqlFragment Compile(
        AlertQuery query, SearchDialect dialect, Func<string, IReadOnlyList<string>> namesOfTeam)
    {
        var compiler = new AlertQuerySql(dialect, namesOfTeam);
        compiler.Add(query);
        return new SqlFragment(compiler._sql.ToString(), compiler._parameters);
    }

    private void Add(AlertQuery query)
    {
        switch (query)
        {
            case AlertQuery.All:
                _sql.Append("1 = 1");
                break;
            case AlertQuery.And:
                AddChain(query, " AND ", node => node is AlertQuery.And and ? (and.Left, and.Right) : null);
                break;
            case AlertQuery.Or:
                AddChain(query, " OR ", node => node is AlertQuery.Or or ? (or.Left, or.Right) : null);
                break;
            case AlertQuery.Not not:
                // Not `NOT`: what is unknown of a null (an alert never snoozed) is to be found too.
                _sql.Append('(');
                Add(not.Operand);
                _sql.Append(") IS NOT TRUE");
                break;
            case AlertQuery.Text text:
                AddText(text.Word);
                break;
            case AlertQuery.Compare compare:
                AddCompare(compare);
                break;
            default:
                throw new UnreachableException($"no SQL for {query}");
        }
    }

    // `a AND b AND c` nests to the left; written flat, it does not run into the databases' bounds on depth.
    private void AddChain(
        AlertQuery query, string word, Func<AlertQuery, (AlertQuery Left, AlertQuery Right)?> split)
    {
        var operands = new Stack<AlertQuery>();
        for (; split(query) is var (left, right); query = left)
        {
            operands.Push(right);
        }

        _sql.Append('(');
        Add(query);
        foreach (var operand in operands)
        {
            _sql.Append(word);
            Add(operand);
        }

        _sql.Append(')');
    }

    private void AddText(CompareValue.Word word)
    {
        var parameter = Parameter($"%{Escape(word)}%");
        var matches = AlertFields.TextColumns.Select(column => $"a.{column} {_like} {parameter} ESCAPE '!'");
        _sql.Append('(').AppendJoin(" OR ", matches).Append(')');
    }

    private void AddCompare(AlertQuery.Compare compare)
    {
        var column = $"a.{compare.Field.Column}";
        switch (compare.Value)
        {
            case CompareValue.Word { Prefix: false } word when compare.Field.NamesTeams:
                AddTeam(compare.Field, column, word);
                break;
            case CompareValue.Word word:
                AddWord(compare.Field, column, word);
                break;
            case CompareValue.Flag flag:
                _sql.Append(column).Append(" = ").Append(flag.Value ? _true : _false);
                break;
            case CompareValue.Number number:
                _sql.Append(column).Append(Symbol(compare.Operator)).Append(Parameter(number.Value));
                break;
            case CompareValue.Period period:
                AddPeriod(column, compare.Operator, period);
                break;
            default:
                throw new UnreachableException($"no SQL for value {compare.Value}");
        }
    }

    /// <summary>Alerts go on naming a team as it was called when they opened.</summary>
    private void AddTeam(AlertField field, string column, CompareValue.Word word)
    {
        var open = "(";
        foreach (var name in _namesOfTeam(word.Text))
        {
            _sql.Append(open);
            AddWord(field, column, word with { Text = name });
            open = " OR ";
        }

        _sql.Append(')');
    }

    private void AddWord(AlertField field, string column, CompareValue.Word word)
    {
        if (field.Kind is AlertFieldKind.Choice || (field.Kind is AlertFieldKind.Key && !word.Prefix))
        {
            _sql.Append(column).Append(" = ").Append(Parameter(word.Text));
            return;
        }

        // In a list each entry stands between line feeds; a prefix may end anywhere.
        var text = Escape(word);
        var end = word.Prefix ? "%" : "\n%";
        var pattern = field.Kind switch
        {
            AlertFieldKind.Key or AlertFieldKind.Name => word.Prefix ? $"{text}%" : text,
            AlertFieldKind.Text => $"%{text}%",
            AlertFieldKind.Members => $"%\n{text}{end}",
            AlertFieldKind.Detail => $"%\n{Escape(field.Name)}={text}{end}",
            AlertFieldKind.DetailKey => word.Prefix ? $"%\n{text}%" : $"%\n{text}=%",
            AlertFieldKind.DetailValue => $"%={text}{end}",
            _ => throw new UnreachableException($"no pattern for {field.Kind} {field.Name}"),
        };
        _sql.Append(column).Append(' ').Append(_like).Append(' ').Append(Parameter(pattern)).Append(" ESCAPE '!'");
    }

    private void AddPeriod(string column, CompareOperator op, CompareValue.Period period)
    {
        var (from, until) = (period.From, period.Until);
        _ = op switch
        {
            CompareOperator.Is => _sql.Append(
                $"({column} >= {Parameter(from)} AND {column} < {Parameter(until)})"),
            CompareOperator.Less => _sql.Append($"{column} < {Parameter(from)}"),
            CompareOperator.LessOrEqual => _sql.Append($"{column} < {Parameter(until)}"),
            CompareOperator.Greater => _sql.Append($"{column} >= {Parameter(until)}"),
            CompareOperator.GreaterOrEqual => _sql.Append($"{column} >= {Parameter(from)}"),
            _ => throw new UnreachableException($"no SQL for operator {op}"),
        };
    }

    private string Parameter(object value)
    {
        _parameters.Add(value);
        return $"@q{_parameters.Count - 1}";
    }

    private static string Symbol(CompareOperator op) => op switch
    {
        CompareOperator.Is => " = ",
        CompareOperator.Less => " < ",
        CompareOperator.LessOrEqual => " <= ",
        CompareOperator.Greater => " > ",
        CompareOperator.GreaterOrEqual => " >= ",
        _ => throw new UnreachableException($"no SQL for operator {op}"),
    };

    // A lone `*` asks for at least one character: `owner:*` is "has an owner".
    private static string Escape(CompareValue.Word word) =>
        word is { Text: "", Prefix: true } ? "_" : Escape(word.Text);

    // Lists keep an entry's own line feeds as spaces.
    private static string Escape(string text) =>
        text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_").Replace('\n', ' ');
}
