using System.Net;
using System.Net.Http.Headers;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Cluster.Intake;

/// <param name="Secret">Null of a release that takes no batches.</param>
/// <param name="Gone">Another is the owner, or this one stands still.</param>
internal sealed record OwnerAddress(Uri Address, string? Secret, CancellationToken Gone);

/// <summary>
/// A gateway's connection to whoever is the owner, made anew whenever it ends. While it is not open nothing is to be
/// sent: requests are forwarded as they are.
/// </summary>
internal sealed partial class IntakeLink : IIntake, IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// A release that speaks another version is asked again when it may have been replaced on its address.
    /// </summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        ActivityHeadersPropagator = null,
    });

    private readonly Func<OwnerAddress?> _owner;
    private readonly TurnedAway _turnedAway;
    private readonly TimeProvider _time;
    private readonly IntakeMetrics _metrics;
    private readonly ILogger<IntakeLink> _log;
    private volatile IntakeChannel? _channel;

    public IntakeLink(
        Func<OwnerAddress?> owner, TurnedAway turnedAway, TimeProvider time, IntakeMetrics metrics, ILogger<IntakeLink> log)
    {
        (_owner, _turnedAway, _time, _metrics, _log) = (owner, turnedAway, time, metrics, log);
        metrics.Watch(() => _channel?.Depth ?? 0, () => IsOpen);
    }

    public bool IsOpen => _channel?.Policy is not null;

    public PolicyVersion Policy => _channel?.Policy ?? EdgePolicy.None;

    public ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass) =>
        SendAsync(new IntakeRequest(commands, commandClass), CancellationToken.None);

    public ValueTask<Answer[]> ReceiveAsync(IReadOnlyList<GrainCommand> commands, CancellationToken left) =>
        SendAsync(new IntakeRequest(commands, CommandClass.Intake), left);

    private ValueTask<Answer[]> SendAsync(IntakeRequest request, CancellationToken left)
    {
        if (_channel is { } channel)
        {
            return channel.SendAsync(request, left);
        }

        _turnedAway.Note();
        throw new UnavailableException("No process runs the database now.", TimeSpan.FromSeconds(1));
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = _owner() is { Secret: not null } current ? await ConnectAsync(current, stopping) : LookAgain;
            await Task.Delay(pause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <returns>When to try again.</returns>
    private async Task<TimeSpan> ConnectAsync(OwnerAddress current, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, current.Gone);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        late.CancelAfter(IntakeChannel.Silence);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(current.Address, IntakeServer.Path));
            request.Headers.Add(IntakeServer.SecretHeader, current.Secret);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(ProductHeaderValue.Parse(IntakeServer.Protocol));
            using var answer = await _client.SendAsync(request, late.Token);
            if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                LogRefused(current.Address, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(end.Token));
                return AskAgain;
            }

            await using var stream = await answer.Content.ReadAsStreamAsync(end.Token);
            using var channel = new IntakeChannel(stream, _turnedAway, _time, _metrics, _log);
            _channel = channel;
            await channel.RunAsync(end.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            LogNoConnection(current.Address, e.Message);
        }
        finally
        {
            _channel = null;
        }

        return LookAgain;
    }

    [LoggerMessage(LogLevel.Information, "The owner at {Address} takes no batches from this release, requests are forwarded to it as they are: {Status} {Reason}")]
    private partial void LogRefused(Uri address, int status, string reason);

    [LoggerMessage(LogLevel.Debug, "No connection to the owner at {Address}: {Reason}")]
    private partial void LogNoConnection(Uri address, string reason);
}
