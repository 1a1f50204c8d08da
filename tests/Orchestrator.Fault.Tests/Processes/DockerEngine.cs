using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Nodes;
using Orchestrator.Fault.Tests.Containers;
using Orchestrator.Fault.Tests.Faults;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>A Docker engine of the tests' own, on one machine of the network; never the one of this machine.</summary>
internal sealed class DockerEngine : IAsyncDisposable
{
    private const string Image = "orc-sample/busybox:1";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60), EndPatience = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly KeptProcess _process;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<ContainerEvent> _events;
    private Task _following = Task.CompletedTask;

    private DockerEngine(string name, string folder, KeptProcess process, ConcurrentQueue<ContainerEvent> events)
    {
        (Name, _folder, _process, _events) = (name, folder, process, events);
        _http = new(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(cancellation) })
        {
            BaseAddress = new Uri("http://docker"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public string Endpoint => $"unix://{Socket}";

    private string Socket => Path.Combine(_folder, "docker.sock");

    /// <summary>Starts one, gives it the sample image, and follows what it does from then on.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="folder">All that is its; a short path, for sockets lie in it.</param>
    /// <param name="enter">Where it runs.</param>
    /// <param name="bridge">The address of its bridge, with the length of its network.</param>
    /// <param name="events">Where to tell of its containers.</param>
    public static async Task<DockerEngine> StartAsync(
        string name, string folder, IReadOnlyList<string> enter, string bridge, ConcurrentQueue<ContainerEvent> events)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{}");
        var process = KeptProcess.Start(Path.Combine(folder, "log"), [.. enter, "dockerd",
            "--config-file", Path.Combine(folder, "config.json"), "--data-root", Path.Combine(folder, "root"),
            "--exec-root", Path.Combine(folder, "run"), "--pidfile", Path.Combine(folder, "pid"),
            "-H", $"unix://{Path.Combine(folder, "docker.sock")}", "--bip", bridge]);
        var engine = new DockerEngine(name, folder, process, events);
        try
        {
            await Eventually.RightAsync(engine.WhyNotAsync, StartPatience);
            await engine.ImportAsync();
            engine._following = await engine.FollowAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>All its containers, by name: the id and since when they run.</summary>
    public async Task<Dictionary<string, string>> RunningAsync()
    {
        var all = new Dictionary<string, string>();
        foreach (var container in (await GetAsync("/containers/json"))!.AsArray())
        {
            var id = (string)container!["Id"]!;
            var shown = await GetAsync($"/containers/{id}/json");
            all[((string)container["Names"]![0]!).TrimStart('/')] = $"{id} since {shown!["State"]!["StartedAt"]}";
        }
        return all;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _following;
        try
        {
            if (await WhyNotAsync() is null)
            {
                foreach (var container in (await GetAsync("/containers/json?all=1"))!.AsArray())
                {
                    var path = $"/containers/{container!["Id"]}?force=1&v=1";
                    using var _ = await _http.DeleteAsync(new Uri(path, UriKind.Relative));
                }
            }
            _process.Terminate();
            using var patience = new CancellationTokenSource(EndPatience);
            await _process.EndAsync(patience.Token);
        }
        finally
        {
            _process.Dispose();
            _http.Dispose();
            _ending.Dispose();
        }
    }

    private async Task<string?> WhyNotAsync()
    {
        if (_process.HasExited) return $"{Name} ended:\n{await File.ReadAllTextAsync(Path.Combine(_folder, "log"))}";
        try
        {
            using var response = await _http.GetAsync(new Uri("/_ping", UriKind.Relative));
            return response.IsSuccessStatusCode ? null : $"{Name}: {response.StatusCode}";
        }
        catch (HttpRequestException trouble)
        {
            return $"{Name}: {trouble.Message}";
        }
    }

    // The same image as everywhere, made by the same script.
    private Task<string> ImportAsync() => Ran.OkAsync("env", $"DOCKER_SOCKET={Socket}", "bash", "-c",
        """set -e; ROOT=$0; . "$ROOT/deploy/lib.sh"; need_image "$1" """, Root, Image);

    private static string Root { get; } = Path.GetFullPath(Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "RepositoryRoot").Value!);

    private async Task<Task> FollowAsync()
    {
        var filters = Uri.EscapeDataString("""{"type":["container"]}""");
        var stream = await _http.GetStreamAsync(new Uri($"/events?filters={filters}", UriKind.Relative));
        return ReadAsync(new StreamReader(stream));
    }

    private async Task ReadAsync(StreamReader lines)
    {
        using (lines)
        {
            try
            {
                while (await lines.ReadLineAsync(_ending.Token) is { } line)
                {
                    var told = JsonNode.Parse(line)!;
                    _events.Enqueue(new(Name, (string)told["Action"]!, (string)told["Actor"]!["ID"]!,
                        (string?)told["Actor"]!["Attributes"]?["name"] ?? ""));
                }
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<JsonNode?> GetAsync(string path) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)));

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
