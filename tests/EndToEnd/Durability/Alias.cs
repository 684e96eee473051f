using System.Text;
using System.Text.Json;

namespace Correlation.EndToEnd.Durability;

/// <summary>
/// One alias as its senders know it: each of its requests was answered 2xx, surely not taken, or lost with the
/// connection, and then nobody knows. What the service holds lies between, and once read it is known.
/// </summary>
internal sealed class Alias(string name, string entity)
{
    private readonly byte[] _body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
    {
        message = "Node is down - " + entity,
        alias = name,
        entity,
        priority = "P2",
        details = new { cluster = "gpu-1", rack = "r7" },
    }));

    private int _sent;
    private int _known;
    private int _unknown;

    public string Name => name;

    public string Entity => entity;

    public ReadOnlyMemory<byte> Body => _body;

    /// <summary>Requests that went out, whatever became of them.</summary>
    public int Sent => _sent;

    public bool IsStored => _known > 0;

    public void Send() => Interlocked.Increment(ref _sent);

    public void Answered() => Interlocked.Increment(ref _known);

    public void Lost() => Interlocked.Increment(ref _unknown);

    /// <summary>Told with nothing on its way.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Settle(int count)
    {
        var fault = count >= _known && count <= _known + _unknown
            ? null
            : $"{name}: {count} counted, {_known} answered with 2xx or counted before, {_unknown} of unknown outcome";
        (_known, _unknown) = (count, 0);
        return fault;
    }
}
