using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>What the engine relies on, whichever database is below. Each test has a store of its own, empty and open.</summary>
public abstract partial class StoreContract
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Retention Retention = new(TimeSpan.FromHours(1), TimeSpan.FromDays(30), TimeSpan.FromDays(400));

    private long _turn;

    protected abstract IStore Store { get; }

    protected abstract IReads Reads { get; }

    protected abstract IOutbox Outbox { get; }

    /// <summary>Closes the store and opens what is on disk anew.</summary>
    protected abstract StoreHead Reopen();

    private void Commit(params GrainWrite[] grains) => Commit(turn => turn.Grains.AddRange(grains));

    private TurnWrite Commit(Action<TurnWrite> fill, DateTimeOffset? at = null)
    {
        var turn = new TurnWrite { Turn = ++_turn, At = at ?? Given.At(_turn) };
        fill(turn);
        Store.Commit(turn);
        return turn;
    }

    private GrainState? Load(GrainKind kind, string key)
    {
        var stored = Store.Load([new GrainId(kind, key)]);
        return stored.Count == 0 ? null : StateWire.Read(kind, stored[0].Document.Span, stored[0].Tally.Span);
    }

    private AlertState LoadAlert(string alias) => Assert.IsType<AlertState>(Load(GrainKind.Alert, alias));
}
