using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>A process that ends with ours, however ours ends, and whose output goes to a file.</summary>
internal sealed class KeptProcess : IDisposable
{
    private const int SignalKill = 9, SignalTerminate = 15, SignalContinue = 18, SignalStop = 19;

    // The input of the shell ends when our process does, be it killed: then the child goes too.
    private const string Keeper = """
        exec 3<&0 2>>"$0"
        "$@" >>"$0" 2>&1 3<&- & child=$!
        echo $child
        (cat <&3 >/dev/null; kill -TERM $child; wait) & keeper=$!
        wait $child; code=$?
        kill $keeper 2>/dev/null
        exit $code
        """;

    private readonly Process _shell;
    private readonly int _id;

    private KeptProcess(Process shell, int id) => (_shell, _id) = (shell, id);

    /// <summary>Starts a program; what it prints is added to the file.</summary>
    public static KeptProcess Start(string log, params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Keeper, log, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var shell = Process.Start(start)!;
        return new(shell, int.Parse(shell.StandardOutput.ReadLine()!));
    }

    /// <summary>The id of the program itself.</summary>
    public int Id => _id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _shell.HasExited;

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code; 128 and the signal when one ended it.</returns>
    public async Task<int> EndAsync(CancellationToken cancellation = default)
    {
        await _shell.WaitForExitAsync(cancellation);
        return _shell.ExitCode;
    }

    public void Kill() => Send(SignalKill);

    public void Terminate() => Send(SignalTerminate);

    public void Pause() => Send(SignalStop);

    public void Continue() => Send(SignalContinue);

    /// <summary>Ends it at once, if it still runs.</summary>
    public void Dispose()
    {
        Kill();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Send(int signal)
    {
        // The id is its own until the shell has seen it end.
        if (!_shell.HasExited) _ = SendSignal(_id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
