using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Correlation.Benchmarks.Load;

/// <summary>
/// The five system calls a load generator needs. .NET's own socket engine costs a second recv and a thread change
/// per answer, which the server on the same cores would pay for.
/// </summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint Readable = 1;
    public const uint Writable = 4;

    private const int Add = 1;
    private const int Modify = 3;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Again = 11;
    private const int Interrupted = 4;
    private const int MostEvents = 512;

    // The kernel packs epoll_event on x64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly int _epoll;
    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed((nuint)(MostEvents * EventSize));

    public Epoll()
    {
        _epoll = epoll_create1(0);
        if (_epoll < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public void Watch(int socket, int data) => Control(Add, socket, data, Readable);

    public void Change(int socket, int data, uint events) => Control(Modify, socket, data, events);

    public int Wait(int milliseconds)
    {
        var ready = epoll_wait(_epoll, _events, MostEvents, milliseconds);
        if (ready >= 0)
        {
            return ready;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw new Win32Exception(error);
    }

    public int Data(int index) => *(int*)(_events + (index * EventSize) + DataOffset);

    /// <summary>The bytes taken, 0 when the peer has to read first, -1 when the connection is broken.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var sent = send(socket, start, bytes.Length, DontWait | NoSignal);
            return sent >= 0 ? (int)sent : Marshal.GetLastPInvokeError() == Again ? 0 : -1;
        }
    }

    /// <summary>The bytes read, 0 when there are none yet, or -1 when the connection is closed or broken.</summary>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var received = recv(socket, start, buffer.Length, DontWait);
            return received > 0 ? (int)received
                : received < 0 && Marshal.GetLastPInvokeError() == Again ? 0 : -1;
        }
    }

    public void Dispose()
    {
        _ = close(_epoll);
        NativeMemory.Free(_events);
    }

    private void Control(int operation, int socket, int data, uint events)
    {
        var change = stackalloc byte[EventSize];
        *(uint*)change = events;
        *(long*)(change + DataOffset) = data;
        if (epoll_ctl(_epoll, operation, socket, change) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
