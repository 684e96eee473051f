using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit.Memory;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>One case through the real grains: its messages in, what became of its alerts out.</summary>
internal sealed class EngineRun
{
    /// <summary>People acknowledge what they are paged for.</summary>
    private static readonly TimeSpan AnswersAfter = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan DeliveryTakes = TimeSpan.FromMilliseconds(500);

    /// <summary>After the last message: what is watched and held comes to its end.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(15);

    private const int LearntAtOnce = 500;

    private readonly CascadeCase _case;
    private readonly PagesSeen _pages = new();
    private readonly PriorityQueue<(GrainId To, Command Command), DateTimeOffset> _people = new();

    private EngineRun(CascadeCase cascade) => _case = cascade;

    /// <summary>Everything the run left, for those who look closer than at the outcome.</summary>
    public MemoryDisk Disk { get; } = new() { KeepsTurns = false };

    /// <param name="graph">What the service knows of the lineage.</param>
    public static Outcome Of(CascadeCase cascade, Graph graph, PolicyVersion? policy = null) =>
        Run(cascade, graph, policy).Outcome();

    public static EngineRun Run(CascadeCase cascade, Graph graph, PolicyVersion? policy = null)
    {
        var run = new EngineRun(cascade);
        run.Play(policy ?? CascadePolicy.Value, graph);
        return run;
    }

    public Outcome Outcome() => new EngineReading(_case, Disk.Tables.Grains, _pages).Outcome();

    private void Play(PolicyVersion policy, Graph graph)
    {
        using var engine = new VirtualEngine(Disk, policy, CascadeCase.Start - TimeSpan.FromHours(1));
        _pages.Paged = page => AnswerTo(engine, page);
        engine.Committed = write =>
        {
            _pages.Note(write);
            foreach (var change in write.Outbox)
            {
                if (change is DeliveryChange.Enqueue(var delivery))
                {
                    _people.Enqueue(
                        (IncidentOf(delivery), new IncidentCommand.Attempted(delivery, AttemptOutcome.Delivered, "delivered")),
                        write.At + DeliveryTakes);
                }
            }
        };
        Learn(engine, graph);
        for (var i = 0; i < _case.Sent.Count; i++)
        {
            var sent = _case.Sent[i];
            RunTo(engine, sent.At);
            engine.Submit(new GrainId(GrainKind.Alert, sent.Alias), sent.Command, CommandClass.Intake);
            if (i + 1 == _case.Sent.Count || _case.Sent[i + 1].At > sent.At)
            {
                engine.Turn();
            }
        }

        RunTo(engine, (_case.Sent.Count > 0 ? _case.Sent[^1].At : CascadeCase.Start) + Quiet);
    }

    /// <summary>As lineage events tell it: not all at once, and never the graph.</summary>
    private static void Learn(VirtualEngine engine, Graph graph)
    {
        foreach (var entities in graph.Entities.Chunk(LearntAtOnce))
        {
            engine.Submit(TopologyState.Id, new TopologyCommand.Learn(entities.ToValueList(), []), CommandClass.Person);
        }

        foreach (var edges in graph.Edges.Chunk(LearntAtOnce))
        {
            engine.Submit(TopologyState.Id, new TopologyCommand.Learn([], edges.ToValueList()), CommandClass.Person);
            engine.Turn();
        }
    }

    private void AnswerTo(VirtualEngine engine, Delivery page) => _people.Enqueue(
        (IncidentOf(page), new IncidentCommand.Person(new IncidentCommand.Acknowledge(page.Who, ""))),
        engine.Now + AnswersAfter);

    private void RunTo(VirtualEngine engine, DateTimeOffset until)
    {
        while (_people.TryPeek(out var next, out var at) && at <= until)
        {
            _people.Dequeue();
            engine.RunTo(at);
            engine.Submit(next.To, next.Command, CommandClass.Person);
            engine.Turn();
        }

        engine.RunTo(until);
    }

    private static GrainId IncidentOf(Delivery delivery) => new(GrainKind.Incident, delivery.IncidentId);
}
