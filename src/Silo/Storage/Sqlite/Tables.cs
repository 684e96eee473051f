using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage.Sqlite.Rows;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>Each table's statements, prepared on one writer, and the order in which a turn goes into them.</summary>
internal sealed class Tables(Writer writer)
{
    private readonly LogRows _log = new(writer);
    private readonly IncidentRows _incidents = new(writer);
    private readonly GrainRows _grains = new(writer);
    private readonly TimelineRows _timeline = new(writer);
    private readonly OutboxRows _outbox = new(writer);
    private readonly AnswerRows _answers = new(writer);
    private readonly PolicyRows _policies = new(writer);

    public TurnRows Turns { get; } = new(writer);

    public AlertRows Alerts { get; } = new(writer);

    public TimerRows Timers { get; } = new(writer);

    public ItemRows Items { get; } = new(writer);

    public MessageRows Messages { get; } = new(writer);

    public PolicyObjectRows PolicyObjects { get; } = new(writer);

    public StoredGrain? Load(GrainId grain) => grain.Kind switch
    {
        GrainKind.Alert or GrainKind.ClosedAlert => Alerts.Load(grain),
        GrainKind.Incident => _incidents.Load(grain),
        _ => _grains.Load(grain),
    };

    public StoredAnswer? Answer(string key) => _answers.Find(key);

    public void Write(TurnWrite write)
    {
        Turns.Write(write);
        _log.Write(write);
        foreach (var grain in write.Grains)
        {
            Write(grain);
        }

        foreach (var timer in write.Timers)
        {
            Timers.Write(timer);
        }

        foreach (var (owner, change) in write.Items)
        {
            Items.Write(owner, change);
        }

        foreach (var line in write.Timeline)
        {
            _timeline.Write(line);
        }

        foreach (var change in write.Outbox)
        {
            _outbox.Write(change);
        }

        foreach (var id in write.MessagesTaken)
        {
            Messages.Take(id);
        }

        foreach (var message in write.MessagesSent)
        {
            Messages.Send(message);
        }

        foreach (var (key, answer) in write.Answers)
        {
            _answers.Write(write.At, key, answer);
        }

        foreach (var policy in write.Policies)
        {
            _policies.Write(write, policy);
            if (policy is PolicyWrite.Changed(_, var change))
            {
                PolicyObjects.Write(change);
            }
        }
    }

    private void Write(GrainWrite write)
    {
        switch (write.State)
        {
            case AlertState or ClosedAlertState or RestingAlert:
                Alerts.Write(write);
                break;
            case IncidentState:
                _incidents.Write(write);
                break;
            default:
                _grains.Write(write);
                break;
        }
    }
}
