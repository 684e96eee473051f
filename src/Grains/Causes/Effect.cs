using Correlation.Grains.Model;

namespace Correlation.Grains.Causes;

/// <summary>Entities whose alerts have a cause, by what is said of them.</summary>
/// <param name="Type">Of the entities; empty of alerts that name none.</param>
/// <param name="Entity">One of them; empty when none is known.</param>
/// <param name="Count">How many entities; of alerts that name none, how many alerts.</param>
public sealed record Effect(string Type, string Kind, string Entity, int Count)
{
    /// <summary>Beyond these, each further alert counts as of an entity of its own.</summary>
    private const int MostEntities = 16;

    /// <summary>Several alerts of one of these are one.</summary>
    public ValueList<IllEntity> Entities { get; init; } = [];

    public Effect With(string entity)
    {
        var known = Entities.FirstOrDefault(one => one.Entity == entity);
        return known is not null ? this with { Entities = Put(known with { Alerts = known.Alerts + 1 }) }
            : entity.Length == 0 || Entities.Count >= MostEntities ? this with { Count = Count + 1 }
            : this with { Count = Count + 1, Entities = Entities.Add(new IllEntity(entity, 1)) };
    }

    public Effect Without(string entity)
    {
        var known = Entities.FirstOrDefault(one => one.Entity == entity);
        return known is null ? this with { Count = Count - 1 }
            : known.Alerts > 1 ? this with { Entities = Put(known with { Alerts = known.Alerts - 1 }) }
            : Left(Entities.Where(one => one.Entity != entity).ToValueList());
    }

    private Effect Left(ValueList<IllEntity> entities) =>
        this with { Count = Count - 1, Entities = entities, Entity = entities is [var first, ..] ? first.Entity : "" };

    private ValueList<IllEntity> Put(IllEntity changed) =>
        Entities.Select(one => one.Entity == changed.Entity ? changed : one).ToValueList();
}

/// <param name="Alerts">How many of its alerts are members.</param>
public sealed record IllEntity(string Entity, int Alerts);
