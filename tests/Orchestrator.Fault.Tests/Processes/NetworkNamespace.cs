namespace Orchestrator.Fault.Tests.Processes;

/// <summary>A network of its own that lives as long as a process in it; its interfaces go with it.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly KeptProcess _holder;

    private NetworkNamespace(KeptProcess holder) => _holder = holder;

    /// <summary>The process whose network it is.</summary>
    public int Id => _holder.Id;

    /// <summary>What to put before a command to run it inside.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", $"--net=/proc/{Id}/ns/net", "--"];

    /// <summary>Makes one, with its loopback interface up.</summary>
    public static async Task<NetworkNamespace> CreateAsync(string log)
    {
        var made = new NetworkNamespace(KeptProcess.Start(log, "unshare", "--net", "sleep", "infinity"));
        await Faults.Eventually.RightAsync(() => Task.FromResult(
            LinkOf(made.Id) is { } there && there != LinkOf(Environment.ProcessId) ? null : "no network of its own"),
            TimeSpan.FromSeconds(10));
        await made.RunAsync("ip", "link", "set", "lo", "up");
        return made;
    }

    /// <summary>Runs a command inside.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> command) => Ran.OkAsync([.. Enter, .. command]);

    /// <inheritdoc />
    public void Dispose() => _holder.Dispose();

    private static string? LinkOf(int process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;
}
