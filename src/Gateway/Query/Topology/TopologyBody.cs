using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Gateway.Query.Topology;

/// <summary>What is upstream of what, as somebody declares it.</summary>
public sealed class TopologyBody
{
    public IReadOnlyList<EntityBody?>? Entities { get; init; }

    public IReadOnlyList<EdgeBody?>? Edges { get; init; }
}

/// <summary>A thing and whose it is.</summary>
public sealed class EntityBody
{
    /// <summary>A URN such as <c>model:churn_model</c>.</summary>
    public string? Id { get; init; }

    public string? Team { get; init; }

    /// <summary>
    /// Other URNs of the same thing, such as <c>dataset:warehouse/events</c> of <c>table:events</c>; at most 16.
    /// </summary>
    public IReadOnlyList<string?>? Aliases { get; init; }
}

/// <summary><c>from</c> is upstream of <c>to</c>: it feeds or carries it.</summary>
public sealed class EdgeBody
{
    public string? From { get; init; }

    public string? To { get; init; }

    public LagBody? Lag { get; init; }

    /// <summary>Above 0, at most 1.</summary>
    public double? Confidence { get; init; }
}

/// <summary>How long after its cause an effect shows: ISO 8601 durations such as <c>PT6H</c>, or <c>6h</c>.</summary>
public sealed class LagBody
{
    public string? Min { get; init; }

    public string? Max { get; init; }
}

/// <summary>Checks a body and names the first field that is wrong.</summary>
internal sealed class TopologyReader(PolicyVersion policy, Fields fields)
{
    private const int MostEntities = 1_000;
    private const int MostEdges = 10_000;
    private const int MostAliases = 16;

    public TopologyCommand.Declare Read(TopologyBody body) => new(
        Items("entities", body.Entities, MostEntities, Entity),
        Items("edges", body.Edges, MostEdges, Edge));

    /// <summary>A URN of a known type, in the form in which it is kept; empty when it is wrong.</summary>
    public string Urn(string field, string? stated)
    {
        var text = fields.Required(field, stated, Fields.LongestName);
        var urn = EntityUrn.Parse(text, policy);
        if (!fields.AnyWrong && (urn.Length == 0 || !text.Contains(':', StringComparison.Ordinal)))
        {
            fields.Wrong(field, $"'{field}' is not a URN such as model:churn_model.");
        }
        else if (!fields.AnyWrong && EntityUrn.TypeOf(urn) != EntityUrn.Word(EntityUrn.TypeOf(text)))
        {
            fields.Wrong(
                field,
                $"'{field}' has the type '{EntityUrn.TypeOf(text)}', which is not known. Known: {string.Join(", ", EntityUrn.Types)}, " +
                "and those of the setting correlation.entity_types.");
        }

        return urn;
    }

    private EntityFacts Entity(string field, EntityBody body) =>
        new(Urn(field + ".id", body.Id), fields.Text(field + ".team", body.Team, Fields.LongestName))
        {
            Aliases = Items(field + ".aliases", body.Aliases, MostAliases, Urn),
        };

    private Edge Edge(string field, EdgeBody body)
    {
        if (body.Confidence is { } confidence and not (> 0 and <= 1))
        {
            fields.Wrong(
                field + ".confidence", $"'{field}.confidence' is {confidence}; it must be above 0, at most 1.");
        }

        return new Edge(Urn(field + ".from", body.From), Urn(field + ".to", body.To))
        {
            Confidence = body.Confidence ?? 1,
            Lag = body.Lag is null ? null : Lag(field + ".lag", body.Lag),
        };
    }

    private LagRange Lag(string field, LagBody body)
    {
        if (string.IsNullOrEmpty(body.Max))
        {
            fields.Wrong(field + ".max", $"'{field}.max' is required.");
        }

        var (min, max) = (fields.Lag(field + ".min", body.Min), fields.Lag(field + ".max", body.Max));
        if (max < min)
        {
            fields.Wrong(field + ".max", $"'{field}.max' is shorter than 'min'.");
        }

        return new LagRange(min, max);
    }

    private ValueList<T> Items<TBody, T>(
        string field, IReadOnlyList<TBody?>? bodies, int most, Func<string, TBody, T> read)
        where TBody : class
    {
        if (bodies?.Count > most)
        {
            fields.Wrong(field, $"'{field}' has {bodies.Count} entries; at most {most} in one request.");
        }

        var items = new List<T>();
        for (var i = 0; i < bodies?.Count && !fields.AnyWrong; i++)
        {
            if (bodies[i] is { } body)
            {
                items.Add(read($"{field}[{i}]", body));
            }
            else
            {
                fields.Wrong($"{field}[{i}]", $"'{field}[{i}]' is null.");
            }
        }

        return items.ToValueList();
    }
}
