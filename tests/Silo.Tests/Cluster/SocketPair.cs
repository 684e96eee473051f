using System.Net;
using System.Net.Sockets;

namespace Correlation.Silo.Tests.Cluster;

/// <summary>Two ends of a connection on loopback.</summary>
internal static class SocketPair
{
    public static async Task<(Socket Owner, Socket Gateway)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var gateway = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await gateway.ConnectAsync(listener.LocalEndpoint);
        return (await listener.AcceptSocketAsync(), gateway);
    }
}
