using System.Globalization;
using Correlation.Gateway.Requests;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>What the files say is upstream of what, and whose it is.</summary>
internal static class TopologyReader
{
    private static readonly Format<string> Urn = new(
        "type:name such as model:churn_model",
        "",
        (text, out urn) =>
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            urn = colon > 0 ? EntityUrn.Make(EntityUrn.Word(text[..colon]), text[(colon + 1)..]) : "";
            return urn.Length == 0 ? "is not an entity" : null;
        });

    private static readonly Format<double> Confidence = new(
        "a number above 0, at most 1, such as 0.8",
        1,
        (text, out number) =>
            !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) ? "is not a number"
            : number is <= 0 or > 1 ? "is out of range"
            : null);

    private static readonly Format<TimeSpan> Lag = Format.Duration(TimeSpan.Zero, TimeSpan.FromDays(366));

    public static EntityFacts ReadEntity(Entry entry)
    {
        var urn = ReadUrn(entry, "id");
        entry.Reading.Define(Section.Entities, urn, entry.Where("id"));
        return new EntityFacts(urn, entry.Reference("team", Section.Teams) ?? "")
        {
            Origin = EdgeOrigin.Configuration,
            Aliases = [.. entry.Items("aliases").Select(item => entry.Read(item, Urn)).Where(alias => alias.Length > 0)],
        };
    }

    public static Edge ReadEdge(Entry entry)
    {
        var edge = new Edge(ReadUrn(entry, "from"), ReadUrn(entry, "to"))
        {
            Origin = EdgeOrigin.Configuration,
            Confidence = entry.Optional("confidence", Confidence, 1),
            Lag = entry.Find("lag") is { } lag ? entry.One(lag, ReadLag).FirstOrDefault() : null,
        };
        if (edge.From.Length > 0 && edge.To.Length > 0)
        {
            entry.Reading.Define(Section.Edges, PolicyVersion.EdgeName(edge.From, edge.To), entry.Where("from"));
            if (edge.From == edge.To)
            {
                entry.Reading.Error(entry.Where("to"), "is where the edge begins", "another entity");
            }
        }

        return edge;
    }

    private static string ReadUrn(Entry entry, string key)
    {
        var urn = entry.Required(key, Urn);
        entry.Reading.OnceAllIsRead(policy =>
        {
            if (urn.Length > 0 && !entry.Reading.IsIncomplete && !EntityUrn.IsType(EntityUrn.TypeOf(urn), policy))
            {
                var types = EntityUrn.Types.Concat(policy.Settings.Correlation.EntityTypes).ToList();
                entry.Reading.Error(
                    entry.Where(key),
                    $"has the type '{EntityUrn.TypeOf(urn)}', which is not known" + Spelling.Hint(
                        EntityUrn.TypeOf(urn), types),
                    string.Join(", ", types) + ", or one of correlation.entity_types");
            }
        });
        return urn;
    }

    private static LagRange ReadLag(Entry entry)
    {
        var lag = new LagRange(entry.Optional("min", Lag, TimeSpan.Zero), entry.Required("max", Lag));
        if (lag.Max < lag.Min)
        {
            entry.Reading.Error(entry.Where("max"), "is shorter than 'min'", "a duration not below 'min'");
        }

        return lag;
    }
}
