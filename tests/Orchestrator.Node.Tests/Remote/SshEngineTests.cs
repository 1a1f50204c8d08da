using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>Pods on the engine of this machine, reached by ssh as if it were another.</summary>
[Collection(nameof(DockerTests))]
public sealed class SshEngineTests(DockerFixture docker, PrivateSshd sshd)
    : RemotePodTests, IClassFixture<PrivateSshd>
{
    protected override string? Absence => docker.Absence ?? sshd.Absence;

    [SkippableFact]
    public async Task A_node_comes_back_when_its_ssh_processes_are_killed()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        var pod = GivenPod.Of("kept", GivenPod.Shell("c", RemotePods.Forever));
        await Pods.Cluster.ApplyAsync(pod);
        var before = await Pods.ReadyAsync("kept");
        var killed = Children();
        killed.ShouldNotBeEmpty();
        foreach (var child in killed) KillUnlessEnded(child);
        await Pods.Runtime.StopAsync(RemotePods.IdOf(before, 0), TimeSpan.Zero, "KILL", default);
        await Pods.UntilAsync(
            "kept", status => status.ContainerStatuses[0].RestartCount == 1 && RemotePods.IsReady(status));
        await Eventually.AsyncTrue("they are buried", () => Task.FromResult<int[]?>([.. Children().Intersect(killed)]),
            left => left!.Length == 0);
        await Pods.DeleteAsync("kept", pod.Metadata.Uid!);
    }

    [SkippableFact]
    public async Task No_process_outlives_its_runtime()
    {
        Skip.If(Absence is not null, Absence);
        var runtime = NewRuntime("test/leaks");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => runtime.DescribeAsync(default)));
        using var ended = new CancellationTokenSource();
        await using var events = runtime.WatchAsync(ended.Token).GetAsyncEnumerator(ended.Token);
        var next = events.MoveNextAsync();
        await Eventually.AsyncTrue("ssh runs", Shown, seen => seen!.Length > 0);
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => next.AsTask());
        await runtime.DisposeAsync();
        Children().ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_host_key_that_is_unknown_or_another()
    {
        Skip.If(Absence is not null, Absence);
        (await TroubleAsync(sshd.Options with { KnownHostsFile = sshd.KnownHostsEmpty() }))
            .ShouldContain("ssh does not know the host key of");
        (await TroubleAsync(sshd.Options with { KnownHostsFile = sshd.KnownHostsWith("strange") }))
            .ShouldContain("is not the known one: if the machine was reinstalled");
    }

    [SkippableFact]
    public async Task A_key_that_is_not_let_in()
    {
        Skip.If(Absence is not null, Absence);
        (await TroubleAsync(sshd.Options with { IdentityFile = sshd.StrangeKey }))
            .ShouldContain("refuses the login of");
    }

    [SkippableFact]
    public async Task A_machine_without_docker()
    {
        Skip.If(Absence is not null, Absence);
        (await TroubleAsync(sshd.Options with { IdentityFile = sshd.CrippledKey }))
            .ShouldContain("there is no docker program at");
    }

    [SkippableFact]
    public async Task Nobody_there_and_no_such_name_and_no_ssh()
    {
        Skip.If(Absence is not null, Absence);
        (await TroubleAsync(sshd.Options, $"ssh://127.0.0.1:{Child.FreePort()}"))
            .ShouldContain("no ssh server answers at");
        (await TroubleAsync(sshd.Options, "ssh://no-such-host.invalid"))
            .ShouldContain("the name no-such-host.invalid of");
        (await TroubleAsync(sshd.Options with { Program = "no-such-ssh" })).ShouldContain("install openssh-client");
    }

    protected override DockerRuntime NewRuntime(string nodeLabel) => NewRuntime(nodeLabel, sshd.Endpoint, sshd.Options);

    private static DockerRuntime NewRuntime(string nodeLabel, string endpoint, SshOptions ssh) => new(
        endpoint, nodeLabel, new DockerOptions { Ssh = ssh }, TimeProvider.System, NullLogger<DockerRuntime>.Instance);

    private async Task<string> TroubleAsync(SshOptions options, string? endpoint = null)
    {
        await using var runtime = NewRuntime("test/trouble", endpoint ?? sshd.Endpoint, options);
        var trouble = await Should.ThrowAsync<RuntimeUnavailableException>(() => runtime.DescribeAsync(default));
        trouble.Message.ShouldContain(endpoint ?? sshd.Endpoint);
        return trouble.Message;
    }

    private static void KillUnlessEnded(int child)
    {
        try
        {
            using var process = Process.GetProcessById(child);
            process.Kill();
        }
        catch (ArgumentException)
        {
            return; // A connection that was idle may end by itself.
        }
    }

    private static Task<string?> Shown() => Task.FromResult<string?>(string.Join(' ', Children()));

    // Ssh processes whose parent is this one and that speak to the sshd of this test, zombies included.
    private static int[] Children() => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && IsChild(id))];

    private static bool IsChild(int id)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{id}/stat");
            var words = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return status.Contains("(ssh)", StringComparison.Ordinal)
                && words[1] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false; // It ended while we looked.
        }
    }
}
