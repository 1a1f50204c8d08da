using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Sockets of Linux by its own calls, of which only <see cref="Wait"/> waits. .NET makes several times as many calls
/// for a short exchange, and hands it to another thread at each step. Results below zero are error numbers.
/// </summary>
internal static class BareSockets
{
    public const int Again = -11;
    public const int AlreadyConnecting = -114;

    private const int Interrupted = -4;
    private const int IsConnected = -106;
    private const int Connecting = -115;

    private const int AddressBytes = 16;
    private const int InternetFamily = 2;
    private const int StreamAtOnceClosedOnExec = 1 | 0x800 | 0x80000;
    private const int NoSignal = 0x4000;
    private const int ShutWriting = 1;

    private const int ClosedOnExec = 0x80000;
    private const int AddWatched = 1;
    private const int ChangeWatched = 3;
    private const uint Readable = 1;
    private const uint Writable = 4;
    private const uint Once = 1u << 30;

    // An event is four bytes of flags and eight of ours, which stand apart on all processors but this.
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int OursAt = IsPacked ? 4 : 8;

    public static int EventBytes { get; } = IsPacked ? 12 : 16;

    /// <summary>The numbers above are those of this machine.</summary>
    public static bool AreHere { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>A new socket of IPv4.</summary>
    public static int Open() => Checked(NativeSocket(InternetFamily, StreamAtOnceClosedOnExec, 0));

    /// <summary>Begins to connect, or asks how that stands: 0 once it is done.</summary>
    public static int Connect(int socket, IPAddress address, int port)
    {
        Span<byte> to = stackalloc byte[AddressBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(to, InternetFamily);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)port);
        _ = address.TryWriteBytes(to[4..], out _);
        var result = Connect(socket, to);
        // To the same machine it is done by now, which only a second call tells.
        if (result == Connecting) result = Connect(socket, to);
        return result == IsConnected ? 0 : result;
    }

    public static int Send(int socket, ReadOnlySpan<byte> bytes) =>
        Result(NativeSend(socket, ref MemoryMarshal.GetReference(bytes), bytes.Length, NoSignal));

    public static int Receive(int socket, Span<byte> bytes) =>
        Result(NativeReceive(socket, ref MemoryMarshal.GetReference(bytes), bytes.Length, 0));

    /// <summary>Ends our direction; no error when the other side is gone.</summary>
    public static void EndWriting(int socket) => _ = NativeShutdown(socket, ShutWriting);

    public static void Close(int socket) => _ = NativeClose(socket);

    /// <summary>A set of sockets that can be waited for together.</summary>
    public static int OpenSet() => Checked(NativeOpenSet(ClosedOnExec));

    /// <summary>Something that is ready at once, to end a wait with.</summary>
    public static int OpenReady() => Checked(NativeOpenEvent(1, ClosedOnExec));

    /// <summary>Waits for a socket once.</summary>
    /// <param name="isIn">The socket was waited for before.</param>
    public static void Watch(int set, int socket, bool isIn, bool toWrite)
    {
        Span<byte> what = stackalloc byte[EventBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(what, (toWrite ? Writable : Readable) | Once);
        BinaryPrimitives.WriteInt32LittleEndian(what[OursAt..], socket);
        _ = Checked(NativeWatch(
            set, isIn ? ChangeWatched : AddWatched, socket, ref MemoryMarshal.GetReference(what)));
    }

    /// <summary>Waits until sockets of a set are ready.</summary>
    /// <returns>How many are; <see cref="SocketOf"/> tells which.</returns>
    public static int Wait(int set, Span<byte> events, int milliseconds)
    {
        var count = Result(NativeWait(
            set, ref MemoryMarshal.GetReference(events), events.Length / EventBytes, milliseconds));
        return count == Interrupted ? 0 : count >= 0 ? count : throw Failure(count);
    }

    public static int SocketOf(ReadOnlySpan<byte> events, int number) =>
        BinaryPrimitives.ReadInt32LittleEndian(events[(number * EventBytes + OursAt)..]);

    /// <summary>An error number as .NET would have thrown it.</summary>
    public static SocketException Failure(int result) => new((int)(-result switch
    {
        24 => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }), Marshal.GetPInvokeErrorMessage(-result));

    private static int Connect(int socket, ReadOnlySpan<byte> to) =>
        Result(NativeConnect(socket, ref MemoryMarshal.GetReference(to), to.Length));

    private static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();

    private static int Checked(int result) => result >= 0 ? result : throw Failure(Result(result));

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static extern int NativeSocket(int family, int sort, int protocol);

    [DllImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static extern int NativeConnect(int socket, ref byte to, int length);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    private static extern nint NativeSend(int socket, ref byte bytes, nint length, int flags);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static extern nint NativeReceive(int socket, ref byte bytes, nint length, int flags);

    [DllImport("libc", EntryPoint = "shutdown")]
    private static extern int NativeShutdown(int socket, int how);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int NativeClose(int file);

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static extern int NativeOpenSet(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static extern int NativeWatch(int set, int how, int socket, ref byte what);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static extern int NativeWait(int set, ref byte events, int eventsMax, int milliseconds);

    [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static extern int NativeOpenEvent(uint count, int flags);
}
