using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>A server that a test starts, with what it said; asked to end, and ended, by its own number.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const int Terminate = 15;

    // Below those that outgoing connections and servers without a wish get, and the node ports of Kubernetes.
    private const int FirstPort = 20_000, Ports = 10_000, PortsApart = 37;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(20);

    private static int _ports;

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Child(Process process)
    {
        _process = process;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    public static Child Start(string program, params string[] arguments) => new(Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    /// <summary>Runs a program to its end and returns its exit code and words.</summary>
    public static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        await using var child = Start(program, arguments);
        await child._process.WaitForExitAsync();
        return (child._process.ExitCode, child.Said);
    }

    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Writes a program that is to be run. Another process does it: while a file is open for writing in this one, each
    /// process that is just being started here has it open too, and the kernel runs no file that can be written.
    /// </summary>
    public static async Task InstallAsync(string path, byte[] program)
    {
        await File.WriteAllBytesAsync($"{path}.new", program);
        var (code, said) = await RunAsync("install", "-m", "700", $"{path}.new", path);
        if (code != 0) throw new InvalidOperationException(said);
        File.Delete($"{path}.new");
    }

    /// <summary>
    /// A port of this machine that nobody listened on a moment ago, and that the kernel gives to nobody by itself.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var number = Interlocked.Increment(ref _ports) - 1;
            var port = FirstPort + (((Environment.ProcessId * PortsApart) + number) % Ports);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException taken) when (
                taken.SocketErrorCode == SocketError.AddressAlreadyInUse && number < Ports)
            {
                continue;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            var isAsked = Signal(_process.Id, Terminate) == 0;
            using var deadline = new CancellationTokenSource(isAsked ? EndTimeout : TimeSpan.Zero);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }
        _process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_said) _said.AppendLine(line.Data);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
