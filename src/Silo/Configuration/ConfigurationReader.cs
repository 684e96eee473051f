using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.Silo.Configuration.Sections;
using Correlation.Silo.Outbox;
using YamlDotNet.RepresentationModel;

namespace Correlation.Silo.Configuration;

/// <summary>
/// What a folder says. All problems are found in one reading, in the order of files and lines.
/// </summary>
/// <param name="Policy">Null when there are errors. Its version is 0: the engine assigns versions.</param>
public sealed record ReadConfiguration(PolicyVersion? Policy, ValueList<Problem> Problems)
{
    public IEnumerable<Problem> Errors => Problems.Where(p => p.Severity == Severity.Error);

    public IEnumerable<Problem> Warnings => Problems.Where(p => p.Severity == Severity.Warning);
}

/// <summary>
/// From the files of a folder to a validated policy. A section may be spread over files; its list goes on in the order
/// of their names.
/// </summary>
public sealed class ConfigurationReader(
    IReadOnlyList<IChannel> channelTypes, Func<string, string?> environment, TimeProvider time)
{
    private const int MaxObjects = 10_000;

    private const string Settings = "settings";

    private static readonly string[] TopLevelKeys = [Settings, .. Enum.GetValues<Section>().Select(Reading.Words)];

    public ReadConfiguration Read(FolderContent content)
    {
        var reading = new Reading(environment, time.GetUtcNow());
        var sections = Sections(reading, content);
        var routes = Items(reading, sections, Section.Routes);
        var policy = new PolicyVersion
        {
            Version = 0,
            Settings = ReadSettings(reading, content, sections),
            Users = Entries(Section.Users, UserReader.Read),
            Teams = Entries(Section.Teams, TeamReader.Read),
            Channels = Entries(Section.Channels, entry => ChannelReader.Read(entry, channelTypes)),
            Kinds = Entries(Section.Kinds, KindReader.Read),
            Routes = Read(routes, RouteReader.Read),
            InhibitRules = Entries(Section.InhibitRules, InhibitRuleReader.Read),
            Maintenance = Entries(Section.Maintenance, MaintenanceReader.Read),
            Escalations = Entries(Section.Escalations, EscalationReader.Read),
            Schedules = Entries(Section.Schedules, ScheduleReader.Read),
            Keys = Entries(Section.Keys, KeyReader.Read),
            Entities = Entries(Section.Entities, TopologyReader.ReadEntity),
            Edges = Entries(Section.Edges, TopologyReader.ReadEdge),
        };

        policy = CorrelationSettings.Scale(policy) with
        {
            Origins = reading.Origins.ToValueList(),
            Topology = reading.HasErrors ? Graph.Empty : Graph.Of(policy.Entities, policy.Edges),
        };
        var folder = new Field(content.Folder, Reading.Words(Section.Routes), null);
        reading.OnceAllIsRead(_ => RouteReader.CheckOrder(reading, folder, routes));
        reading.CheckTheWhole(policy);
        var problems = reading.Problems
            .OrderBy(p => p.File, StringComparer.Ordinal)
            .ThenBy(p => p.Line)
            .ThenBy(p => p.Column)
            .ToValueList();
        return new ReadConfiguration(reading.HasErrors ? null : policy, problems);

        ValueList<T> Entries<T>(Section section, Func<Entry, T> read) => Read(Items(reading, sections, section), read);
    }

    /// <summary>Every file's top-level keys, and where they are.</summary>
    private static ILookup<string, Field> Sections(Reading reading, FolderContent content)
    {
        if (content.Fault is not null || content.Files.Count == 0)
        {
            reading.NotRead(null);
            var what = content.Fault ?? "holds no configuration";
            reading.ErrorAt(content.Folder, 0, 0, what, "a folder of .yaml files, named by CORRELATION_CONFIG");
        }

        var fields = new List<(string Key, Field Field)>();
        var roots = content.Files.SelectMany(file => YamlText.Roots(reading, file));
        foreach (var root in roots.Where(root => !root.IsEmpty))
        {
            if (Entry.Of(reading, root, "the keys " + string.Join(", ", TopLevelKeys)) is not { } entry)
            {
                reading.NotRead(root.AllText);
                continue;
            }

            foreach (var key in TopLevelKeys)
            {
                if (entry.Find(key) is { } field)
                {
                    fields.Add((key, field));
                }
            }

            foreach (var unknown in entry.RefuseUnknownKeys())
            {
                reading.NotRead(unknown.AllText);
            }
        }

        return fields.ToLookup(pair => pair.Key, pair => pair.Field);
    }

    private static PolicySettings ReadSettings(Reading reading, FolderContent content, ILookup<string, Field> sections)
    {
        var fields = new Dictionary<string, Field>(StringComparer.Ordinal);
        var entries = sections[Settings].Select(at => Entry.Of(reading, at)).OfType<Entry>();
        foreach (var (key, field) in entries.SelectMany(entry => entry.Rest()))
        {
            if (!fields.TryAdd(key, field))
            {
                reading.Error(field, $"is set already, at {fields[key].Place}", "each setting once");
            }
        }

        if (fields.Count == 0 && reading.IsIncomplete)
        {
            // They may stand in what could not be read; nothing of this reading will be used.
            return new PolicySettings { DefaultTeam = "" };
        }

        return new Entry(reading, new Field(content.Folder, Settings, null), fields).All(SettingsReader.Read);
    }

    /// <summary>The entries of one section over all files.</summary>
    private static List<Entry> Items(Reading reading, ILookup<string, Field> sections, Section section)
    {
        var items = new List<Field>();
        foreach (var field in sections[Reading.Words(section)])
        {
            if (field.Node is YamlSequenceNode)
            {
                items.AddRange(Entry.Items(reading, field, MaxObjects));
            }
            else
            {
                reading.Error(field, "is not a list", "a list of entries, each beginning with '- name: ...'");
            }
        }

        if (items.Count > MaxObjects)
        {
            var first = items[MaxObjects];
            reading.Error(first, $"is entry {MaxObjects + 1} of its section", $"at most {MaxObjects} in all files");
        }

        return [.. items.Take(MaxObjects).Select(item => Entry.Of(reading, item)).OfType<Entry>()];
    }

    private static ValueList<T> Read<T>(IEnumerable<Entry> entries, Func<Entry, T> read) =>
        entries.Select(entry => entry.All(read)).ToValueList();
}
