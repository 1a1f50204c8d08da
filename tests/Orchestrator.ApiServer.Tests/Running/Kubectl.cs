using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>Runs a pinned kubectl against a server.</summary>
internal sealed partial class Kubectl : IDisposable
{
    private const string Folder = "/usr/lib/google-cloud-sdk/bin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _home = Directory.CreateTempSubdirectory("kubectl-").FullName;
    private readonly string _binary;
    private readonly string _kubeconfig;

    public Kubectl(string version, string url, string caPem, string token = ApiProcess.Token)
    {
        _binary = BinaryOf(version);
        _kubeconfig = Path.Combine(_home, "config");
        Auth.Kubeconfig.Write(_kubeconfig, url, caPem, token);
    }

    public static string BinaryOf(string version) => Path.Combine(Folder, $"kubectl.{version}");

    /// <summary>Runs a command; what it prints on both outputs.</summary>
    public Task<string> RunAsync(string arguments, string? input = null, int exitCode = 0) =>
        OutcomeAsync(Start(arguments), arguments, input, exitCode);

    /// <summary>Runs a command whose arguments hold spaces.</summary>
    public Task<string> RunAsync(string[] arguments, string? input = null, int exitCode = 0) =>
        OutcomeAsync(Start(new ProcessStartInfo(_binary, arguments)), string.Join(' ', arguments), input, exitCode);

    /// <summary>Starts a command that goes on.</summary>
    public Process Start(string arguments) => Start(new ProcessStartInfo(_binary, arguments));

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static async Task<string> OutcomeAsync(Process started, string arguments, string? input, int exitCode)
    {
        using var process = started;
        using var limit = new CancellationTokenSource(Patience);
        // Read from the start: what echoes its input takes no more of it when nobody reads what it says.
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        var text = await output + Overtaken().Replace(await error, "");
        process.ExitCode.ShouldBe(exitCode, $"kubectl {arguments}: {text}");
        return text;
    }

    // client-go complains now and then of the empty message that says that all is connected.
    [GeneratedRegex(@"(?m)^E\d{4} .* websocket\.go:\d+\] Unknown stream id \d, discarding message\n")]
    private static partial Regex Overtaken();

    private Process Start(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = _kubeconfig;
        return Process.Start(start)!;
    }
}
