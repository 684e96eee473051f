using System.Net;
using System.Net.Sockets;

namespace Correlation.TestKit.Processes;

/// <summary>
/// A wire to a server on loopback that can be cut: while it is, what one side says does not reach the other, and nobody
/// is told. What was said meanwhile arrives when it is mended, as a network that repeats itself would have it. It can
/// be slow, and lose its connections.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _disposed = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _toServer = Open();
    private volatile TaskCompletionSource _toClient = Open();
    private volatile CancellationTokenSource _connections = new();

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What is said, either way, takes so long.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Both ends of every connection are told that it is gone; new ones can be made.</summary>
    public void Break() => Interlocked.Exchange(ref _connections, new CancellationTokenSource()).Cancel();

    public void Cut(bool toServer = true, bool toClient = true)
    {
        _toServer = toServer ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _toServer;
        _toClient = toClient ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _toClient;
    }

    public void Mend()
    {
        _toServer.TrySetResult();
        _toClient.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Mend();
        await _disposed.CancelAsync();
        _listener.Stop();
        await _accepting;
        _disposed.Dispose();
        _connections.Dispose();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true)
            {
                pairs.Add(JoinAsync(await _listener.AcceptTcpClientAsync(_disposed.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task JoinAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, _connections.Token);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, end.Token);
            var (one, other) = (near.GetStream(), far.GetStream());
            await Task.WhenAny(
                PumpAsync(one, other, () => _toServer.Task, end.Token),
                PumpAsync(other, one, () => _toClient.Task, end.Token));
            await end.CancelAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side has gone: so has the wire between them.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Func<Task> open, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, end)) > 0;)
            {
                await Task.Delay(Delay, TimeProvider.System, end);
                await open().WaitAsync(end);
                await to.WriteAsync(buffer.AsMemory(0, read), end);
            }

            // The end of it is said over the wire as well.
            await open().WaitAsync(end);
        }
        catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other pump ends with the connection.
        }
    }
}
