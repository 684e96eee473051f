using System.Net;
using System.Net.Sockets;

namespace Correlation.Benchmarks.Load;

/// <summary>One keep-alive connection with at most one request in flight.</summary>
internal sealed class Connection : IDisposable
{
    private const int AnswerLimit = 16 * 1024;

    private readonly byte[] _answer = GC.AllocateUninitializedArray<byte>(AnswerLimit, pinned: true);
    private readonly Uri _server;
    private readonly int _requestLength;
    private Socket _socket;
    private byte[] _rest = [];
    private int _restStart;
    private int _restEnd;
    private int _received;

    public Connection(Uri server, int requestLength)
    {
        _server = server;
        _requestLength = requestLength;
        _socket = Open();
    }

    public int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    public long FirstKey { get; set; }

    public long SentAt { get; set; }

    public bool HasRest => _restStart < _restEnd;

    /// <summary>Sends; what the socket does not take is kept, since the bytes will be overwritten for the next
    /// request. False when the connection is broken.</summary>
    public bool Send(byte[] request)
    {
        var sent = Epoll.Send(Descriptor, request);
        if (sent < 0)
        {
            return false;
        }

        if (sent < request.Length)
        {
            _rest = _rest.Length == 0 ? new byte[_requestLength] : _rest;
            _restStart = 0;
            _restEnd = request.Length - sent;
            Array.Copy(request, sent, _rest, 0, _restEnd);
        }

        return true;
    }

    public bool SendRest()
    {
        var sent = Epoll.Send(Descriptor, _rest.AsSpan(_restStart, _restEnd - _restStart));
        _restStart += Math.Max(0, sent);
        return sent >= 0;
    }

    /// <summary>Reads what is there. False when the connection is broken; the status is 0 until the answer is
    /// complete.</summary>
    public bool Receive(out int status)
    {
        status = 0;
        var count = Epoll.Receive(Descriptor, _answer.AsSpan(_received));
        if (count <= 0)
        {
            return count == 0;
        }

        _received += count;
        if (HttpAnswer.TryRead(_answer.AsSpan(0, _received), out var complete))
        {
            status = complete;
            _received = 0;
        }
        else if (_received == AnswerLimit)
        {
            throw new InvalidDataException($"{_server} answered with more than {AnswerLimit} bytes");
        }

        return true;
    }

    public void Reopen()
    {
        _socket.Dispose();
        _received = _restStart = _restEnd = 0;
        _socket = Open();
    }

    public void Dispose() => _socket.Dispose();

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (_requestLength > 16 * 1024)
        {
            // Large enough that a whole request is taken by one call.
            socket.SendBufferSize = 2 * _requestLength;
        }

        socket.Connect(new IPEndPoint(IPAddress.Parse(_server.Host), _server.Port));
        return socket;
    }
}
