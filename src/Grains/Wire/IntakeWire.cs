using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;

namespace Correlation.Grains.Wire;

/// <summary>
/// Senders' commands as one process sends them to another, by the time of the connection: never stored. Whatever
/// changes here raises <see cref="Version"/>. A time is its ticks and the minutes of its offset; long.MinValue is none.
/// </summary>
public static class IntakeWire
{
    public const int Version = 4;

    private const byte Receive = 1;
    private const byte Close = 2;
    private const byte Ping = 3;
    private const byte AddNote = 4;
    private const byte Hear = 5;

    private const byte Resolved = 1;
    private const byte ResendsWhileFiring = 2;
    private const byte ResendsSeldom = 4;
    private const byte AliasIsId = 8;

    public static void Write(PackedWriter to, GrainId grain, Command command)
    {
        to.Byte((byte)grain.Kind);
        to.Text(grain.Key);
        switch (command)
        {
            case AlertCommand.Receive receive:
                to.Byte(Receive);
                WriteSignal(to, receive.Signal);
                break;
            case AlertCommand.Close close:
                to.Byte(Close);
                to.Id(close.Target ?? Guid.Empty);
                to.Text(close.User);
                to.Text(close.Source);
                to.Text(close.Note);
                to.Byte(close.ByPerson ? (byte)1 : (byte)0);
                break;
            case AlertCommand.AddNote note:
                to.Byte(AddNote);
                to.Id(note.Target ?? Guid.Empty);
                to.Text(note.User);
                to.Text(note.Source);
                to.Text(note.Note);
                break;
            case HeartbeatCommand.Ping:
                to.Byte(Ping);
                break;
            case HeartbeatCommand.Hear hear:
                to.Byte(Hear);
                WriteHeartbeat(to, hear.Made);
                WriteTime(to, hear.EndsAt);
                to.Byte(hear.Resolved ? Resolved : (byte)0);
                break;
            default:
                throw new UnreachableException($"{command} is not sent by senders.");
        }
    }

    /// <exception cref="FormatException">Of a release that sends more.</exception>
    public static (GrainId Grain, Command Command) Read(ref PackedReader from)
    {
        var grain = new GrainId((GrainKind)from.Byte(), from.Text());
        var tag = from.Byte();
        return (grain, tag switch
        {
            Receive => new AlertCommand.Receive(ReadSignal(ref from, grain.Key)),
            Close =>
                new AlertCommand.Close(ReadTarget(ref from), from.Text(), from.Text(), from.Text(), from.Byte() == 1),
            AddNote => new AlertCommand.AddNote(ReadTarget(ref from), from.Text(), from.Text(), from.Text()),
            Ping => new HeartbeatCommand.Ping(),
            Hear => new HeartbeatCommand.Hear(ReadHeartbeat(ref from, grain.Key), ReadTime(ref from), from.Byte() == Resolved),
            _ => throw new FormatException($"No command has the tag {tag}."),
        });
    }

    private static Guid? ReadTarget(ref PackedReader from) =>
        from.Id() is var target && target == Guid.Empty ? null : target;

    /// <summary>Its alias is the key of the grain.</summary>
    private static void WriteSignal(PackedWriter to, Signal signal)
    {
        to.Text(signal.Message);
        to.Text(signal.Description);
        to.Labels(signal.Labels);
        to.Labels(signal.Texts);
        WriteTexts(to, signal.Tags);
        WriteTexts(to, signal.Actions);
        to.Text(signal.Entity);
        to.Text(signal.Source);
        to.Byte((byte)(signal.Priority ?? 0));
        WriteResponders(to, signal.Responders);
        WriteResponders(to, signal.VisibleTo);
        to.Text(signal.User);
        to.Text(signal.Note);
        WriteTextOrNone(to, signal.Cut);
        to.Text(signal.Integration.Id);
        to.Text(signal.Integration.Name);
        to.Text(signal.Integration.Type);
        WriteTextOrNone(to, signal.KeyTeam);
        WriteTime(to, signal.StartsAt);
        WriteTime(to, signal.EndsAt);
        to.Byte((byte)((signal.Resolved ? Resolved : 0) | (signal.ResendsWhileFiring ? ResendsWhileFiring : 0) |
            (signal.ResendsSeldom ? ResendsSeldom : 0) | (signal.AliasIsId ? AliasIsId : 0)));
    }

    private static Signal ReadSignal(ref PackedReader from, string alias)
    {
        // The initializers are in the order of the fields on the wire.
        var signal = new Signal
        {
            Alias = alias,
            Message = from.Text(),
            Description = from.Text(),
            Labels = from.Labels()!,
            Texts = from.Labels()!,
            Tags = ReadTexts(ref from),
            Actions = ReadTexts(ref from),
            Entity = from.Text(),
            Source = from.Text(),
            Priority = from.Byte() is var priority and not 0 ? (Priority)priority : null,
            Responders = ReadResponders(ref from),
            VisibleTo = ReadResponders(ref from),
            User = from.Text(),
            Note = from.Text(),
            Cut = ReadTextOrNone(ref from),
            Integration = new Integration(from.Text(), from.Text(), from.Text()),
            KeyTeam = ReadTextOrNone(ref from),
            StartsAt = ReadTime(ref from),
            EndsAt = ReadTime(ref from),
        };
        var flags = from.Byte();
        return signal with
        {
            Resolved = (flags & Resolved) != 0,
            ResendsWhileFiring = (flags & ResendsWhileFiring) != 0,
            ResendsSeldom = (flags & ResendsSeldom) != 0,
            AliasIsId = (flags & AliasIsId) != 0,
        };
    }

    /// <summary>Its name is the key of the grain.</summary>
    private static void WriteHeartbeat(PackedWriter to, HeartbeatSettings settings)
    {
        to.Text(settings.Description);
        to.Int(settings.IntervalCount);
        to.Text(settings.IntervalUnit);
        to.Byte(settings.Enabled ? (byte)1 : (byte)0);
        to.Text(settings.OwnerTeam);
        to.Text(settings.AlertMessage);
        WriteTexts(to, settings.AlertTags);
        to.Byte((byte)settings.AlertPriority);
    }

    private static HeartbeatSettings ReadHeartbeat(ref PackedReader from, string name) => new(
        name,
        from.Text(),
        from.Int(),
        from.Text(),
        from.Byte() == 1,
        from.Text(),
        from.Text(),
        ReadTexts(ref from),
        (Priority)from.Byte());

    private static void WriteTexts(PackedWriter to, ValueList<string> texts)
    {
        to.Length(texts.Count);
        foreach (var text in texts)
        {
            to.Text(text);
        }
    }

    private static ValueList<string> ReadTexts(ref PackedReader from)
    {
        var count = from.Length();
        if (count == 0)
        {
            return [];
        }

        var texts = new string[count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = from.Text();
        }

        return texts.ToValueList();
    }

    private static void WriteResponders(PackedWriter to, ValueList<Responder> responders)
    {
        to.Length(responders.Count);
        foreach (var responder in responders)
        {
            to.Text(responder.Type);
            to.Text(responder.Name);
        }
    }

    private static ValueList<Responder> ReadResponders(ref PackedReader from)
    {
        var count = from.Length();
        if (count == 0)
        {
            return [];
        }

        var responders = new Responder[count];
        for (var i = 0; i < responders.Length; i++)
        {
            responders[i] = new Responder(from.Text(), from.Text());
        }

        return responders.ToValueList();
    }

    private static void WriteTextOrNone(PackedWriter to, string? text)
    {
        to.Byte(text is null ? (byte)0 : (byte)1);
        if (text is not null)
        {
            to.Text(text);
        }
    }

    private static string? ReadTextOrNone(ref PackedReader from) => from.Byte() == 0 ? null : from.Text();

    private static void WriteTime(PackedWriter to, DateTimeOffset? time)
    {
        to.Long(time?.Ticks ?? long.MinValue);
        if (time is { } at)
        {
            to.Int(at.TotalOffsetMinutes);
        }
    }

    private static DateTimeOffset? ReadTime(ref PackedReader from)
    {
        var ticks = from.Long();
        return ticks == long.MinValue ? null : new DateTimeOffset(ticks, TimeSpan.FromMinutes(from.Int()));
    }
}
