using System.Net;
using System.Net.Sockets;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Hooks;

/// <summary>
/// Does what a container's lifecycle asks for, once: a command in it, a GET to it, or a pause. Waits as long as it
/// takes.
/// </summary>
internal sealed class HookRunner(NodeEngine engine, PodSights sights)
{
    private const int OutputBytesMax = 1024;

    /// <exception cref="HookFailedException">It failed; the message says how, in the kubelet's words.</exception>
    public async Task RunAsync(
        Pod pod, Container container, string id, LifecycleHandler hook, CancellationToken cancellation)
    {
        try
        {
            if (hook.Exec is { } exec) await ExecuteAsync(id, exec.Command, cancellation);
            else if (hook.HttpGet is { } http) await GetAsync(pod, container, http, cancellation);
            else if (hook.Sleep is { } sleep) await SleepAsync(sleep, cancellation);
            else throw new HookFailedException("Cannot run handler: invalid handler");
        }
        catch (Exception failed) when (failed is HookFailedException or RuntimeRefusedException
            or RuntimeUnavailableException or IOException or SocketException or UriFormatException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new HookFailedException(Sentence(pod, container, hook, failed.Message), failed);
        }
    }

    private static string Sentence(Pod pod, Container container, LifecycleHandler hook, string error)
    {
        var meta = pod.Metadata;
        var what = hook switch
        {
            { Exec: { } exec } => $"Exec lifecycle hook ([{string.Join(' ', exec.Command)}])",
            { HttpGet: { } http } => $"HTTP lifecycle hook ({http.Path})",
            { Sleep: { } sleep } => $"Sleep lifecycle hook ({sleep.Seconds})",
            _ => "TCP lifecycle hook",
        };
        return $"{what} for Container \"{container.Name}\" in Pod \"{meta.Name}_{meta.Namespace}({meta.Uid})\" failed - "
            + $"error: {error}";
    }

    private async Task ExecuteAsync(string id, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        await using var session = await engine.Runtime.ExecAsync(
            id, command, new SessionStreams(Input: false, Output: true, Error: true), cancellation);
        using var said = new TailStream(OutputBytesMax);
        var buffer = new byte[OutputBytesMax];
        while (await session.ReadAsync(buffer, cancellation) is { Count: > 0 } piece)
        {
            said.Write(buffer, 0, piece.Count);
        }
        if (await session.ExitCodeAsync(cancellation) is not 0 and var code)
        {
            throw new HookFailedException(
                $"command '{string.Join(' ', command)}' exited with {code}: {said.Text.TrimEnd()}");
        }
    }

    private async Task GetAsync(Pod pod, Container container, HTTPGetAction http, CancellationToken cancellation)
    {
        var host = !string.IsNullOrEmpty(http.Host) ? http.Host
            : pod.Spec.HostNetwork ? engine.Options.HostIP
            : sights.PodIP ?? throw new HookFailedException("the pod has no address");
        var port = PortOf(container, http.Port);
        var request = new HookRequest(http, host, port, engine.Options.KubeletVersion);
        var address = await AddressOfAsync(host, cancellation);
        await request.SendAsync(() => engine.Runtime.DialAsync(address, port, cancellation), cancellation);
    }

    private Task SleepAsync(SleepAction sleep, CancellationToken cancellation) => sleep.Seconds <= 0
        ? Task.CompletedTask
        : Task.Delay(TimeSpan.FromSeconds(sleep.Seconds), engine.Time, cancellation);

    private static int PortOf(Container container, IntOrString? port)
    {
        if (port?.Number is { } number) return number;
        var named = container.Ports.FirstOrDefault(declared => declared.Name == port?.Text);
        return named?.ContainerPortValue
            ?? throw new HookFailedException($"couldn't find port: {port?.Text} in container {container.Name}");
    }

    private static async Task<string> AddressOfAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out _)) return host;
        var found = await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellation);
        return found.Length > 0 ? found[0].ToString() : throw new HookFailedException($"lookup {host}: no such host");
    }
}
