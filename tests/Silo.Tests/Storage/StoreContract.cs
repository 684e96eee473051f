using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>
/// What the engine relies on, whichever database is below. Each test has a store of its own, empty and open.
/// </summary>
public abstract partial class StoreContract
{
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly Retention Retention = new(TimeSpan.FromHours(1), TimeSpan.FromDays(30),
        TimeSpan.FromDays(400));

    protected long LastTurn { get; private set; }

    protected abstract IStore Store { get; }

    protected abstract IOutbox Outbox { get; }

    /// <summary>Closes the store and opens what is on disk anew.</summary>
    protected abstract StoreHead Reopen();

    protected void Commit(params GrainWrite[] grains) => Commit(turn => turn.Grains.AddRange(grains));

    protected TurnWrite Commit(Action<TurnWrite> fill, DateTimeOffset? at = null)
    {
        var turn = new TurnWrite { Turn = ++LastTurn, At = at ?? Given.At(LastTurn) };
        fill(turn);
        Store.Commit(turn);
        return turn;
    }

    protected GrainState? Load(GrainKind kind, string key)
    {
        var stored = Store.Load([new GrainId(kind, key)]);
        return stored.Count == 0 ? null : StateWire.Read(kind, stored[0].Document.Span, stored[0].Tally.Span);
    }

    protected AlertState LoadAlert(string alias) => Assert.IsType<AlertState>(Load(GrainKind.Alert, alias));
}
