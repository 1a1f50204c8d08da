using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Conformance.Tests.Running;

/// <summary>
/// A cluster in a process of its own, on a free port and a temporary folder, with the real Docker engine.
/// </summary>
public sealed partial class Cluster : IAsyncDisposable
{
    // Below those that the kernel gives to whoever dials out or asks for any: a port of ours must still be free when
    // its process starts, and when it starts again.
    private const int FirstPort = 20_000, PortCount = 9_000, PortsPerProcess = 64;

    private static int _portsGiven;
    private readonly string _pinned;
    private Process? _process;
    private HttpClient? _http;

    /// <summary>A cluster that is not started yet.</summary>
    /// <param name="kubectl">Which kubectl to use: a path, or the one on PATH.</param>
    public Cluster(string kubectl = "kubectl")
    {
        _pinned = kubectl;
        DataDirectory = Directory.CreateTempSubdirectory("orc-test-").FullName;
        Port = FreePort();
        NodeName = $"node-{Port}";
    }

    /// <summary>The folder of the checkout.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The built program.</summary>
    public static string Program { get; } = Metadata("HostPath");

    /// <summary>Its data folder.</summary>
    public string DataDirectory { get; }

    /// <summary>The database it shares with other processes; "" when it is a whole cluster by itself.</summary>
    public string Database { get; init; } = "";

    /// <summary>Its port on the loopback address.</summary>
    public int Port { get; }

    /// <summary>The name of its node.</summary>
    public string NodeName { get; }

    /// <summary>The kubeconfig it wrote.</summary>
    public string Kubeconfig => Path.Combine(DataDirectory, "kubeconfig");

    /// <summary>What marks its containers, with the name of the node.</summary>
    public string ClusterId => File.ReadAllText(Path.Combine(DataDirectory, "cluster-id")).Trim();

    /// <summary>The process, when it runs.</summary>
    public Process Process => _process ?? throw new InvalidOperationException("the cluster is not running");

    /// <summary>A port nobody listens on, and that nobody is given by chance.</summary>
    public static int FreePort()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Select(endpoint => endpoint.Port).ToHashSet();
        int port;
        do
        {
            var number = (Environment.ProcessId * (long)PortsPerProcess) + Interlocked.Increment(ref _portsGiven);
            port = FirstPort + (int)(number % PortCount);
        }
        while (taken.Contains(port));
        return port;
    }

    /// <summary>Starts the process and waits until it says it is ready.</summary>
    public async Task StartAsync(params string[] more)
    {
        string[] args = ["-c", "exec \"$0\" \"$@\" >>\"$LOG\" 2>&1", Program, "serve", "--data-dir", DataDirectory,
            "--listen", $"127.0.0.1:{Port}", "--node-name", NodeName, .. more];
        var start = new ProcessStartInfo("/bin/sh", args)
        {
            Environment = { ["LOG"] = Path.Combine(DataDirectory, "orc.log"), ["ORC_CLUSTER"] = Database },
        };
        _process = Process.Start(start)!;
        await Eventually.Async(async () =>
        {
            if (_process.HasExited)
                throw new Xunit.Sdk.XunitException($"it ended with {_process.ExitCode}:\n{LogTail()}");
            return File.Exists(Kubeconfig) && await IsReady() ? null : $"not ready:\n{LogTail()}";
        });
    }

    /// <summary>Kills the process as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        _process = null;
    }

    /// <summary>Runs kubectl against the cluster.</summary>
    public Task<Ran> Kubectl(params string[] args) => KubectlWith(null, args);

    /// <summary>Runs kubectl with something on its standard input.</summary>
    public Task<Ran> KubectlWith(string? input, params string[] args) =>
        Ran.Async(_pinned, ["--kubeconfig", Kubeconfig, "--cache-dir", Path.Combine(DataDirectory, "kubectl-cache"),
            .. args], input);

    /// <summary>Starts a kubectl that goes on, such as <c>logs -f</c>.</summary>
    public Process KubectlStart(params string[] args) =>
        Ran.Start(_pinned, ["--kubeconfig", Kubeconfig, "--cache-dir", Path.Combine(DataDirectory, "kubectl-cache"),
            .. args]);

    /// <summary>Sends a request with the admin's token.</summary>
    public async Task<(int Code, JsonNode? Body)> Send(
        HttpMethod method, string path, JsonNode? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var response = await Http().SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    /// <summary>An object, which must be there.</summary>
    public async Task<JsonNode> Get(string path)
    {
        var (code, body) = await Send(HttpMethod.Get, path);
        return code == 200 ? body! : throw new Xunit.Sdk.XunitException($"GET {path}: {code} {body}");
    }

    /// <summary>Pods of the default namespace with a label.</summary>
    public async Task<List<JsonNode>> Pods(string selector)
    {
        var list = await Get($"/api/v1/namespaces/default/pods?labelSelector={Uri.EscapeDataString(selector)}");
        return [.. list["items"]!.AsArray().Select(item => item!)];
    }

    /// <summary>Waits until so many pods with a label are there, and all of them are ready and none is going.</summary>
    public Task PodsReady(string selector, int count, int seconds = 60) => Eventually.Async(async () =>
    {
        var pods = await Pods(selector);
        var ready = pods.Count(IsReady);
        return ready == count && pods.Count == count ? null
            : $"{ready} of {pods.Count} pods are ready, want {count}\n{await Kubectl("get", "pods", "-o", "wide")}\n{LogTail()}";
    }, seconds);

    /// <summary>Ready and not being deleted.</summary>
    public static bool IsReady(JsonNode pod) =>
        pod["metadata"]!["deletionTimestamp"] is null
        && pod["status"]?["conditions"]?.AsArray()
            .Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true;

    /// <summary>The containers the engine runs for this cluster: id and name.</summary>
    public async Task<List<(string Id, string Name)>> Containers(string filter = "", bool all = false) =>
        [.. (await AllContainers(all)).Where(container => container.Name.Contains(filter, StringComparison.Ordinal)
            && !container.Name.StartsWith("k8s_WARM_", StringComparison.Ordinal))];

    private async Task<IEnumerable<(string Id, string Name)>> AllContainers(bool all)
    {
        var ran = await Ran.Async("docker",
            ["ps", "--no-trunc", .. all ? new[] { "-a" } : [], "--filter",
                $"label=io.orchestrator.node={ClusterId}/{NodeName}", "--format", "{{.ID}} {{.Names}}"]);
        return ran.Ok().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(parts => (parts[0], parts[1]));
    }

    /// <summary>The end of the process's log.</summary>
    public string LogTail()
    {
        var path = Path.Combine(DataDirectory, "orc.log");
        return File.Exists(path) ? string.Join('\n', File.ReadAllLines(path).TakeLast(25)) : "";
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await KillAsync();
        _http?.Dispose();
        foreach (var (id, _) in await AllContainers(all: true)) await Ran.Async("docker", ["rm", "-f", "-v", id]);
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>What the build has noted for the tests.</summary>
    public static string Metadata(string key) => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    private HttpClient Http()
    {
        if (_http is not null) return _http;
        var token = TokenLine().Match(File.ReadAllText(Kubeconfig)).Groups[1].Value;
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = Trusting() },
            PooledConnectionLifetime = TimeSpan.FromSeconds(30),
        })
        { BaseAddress = new Uri($"https://127.0.0.1:{Port}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _http;
    }

    private X509ChainPolicy Trusting() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { X509CertificateLoader.LoadCertificate(
            Convert.FromBase64String(AuthorityLine().Match(File.ReadAllText(Kubeconfig)).Groups[1].Value)) },
    };

    private async Task<bool> IsReady()
    {
        try
        {
            using var response = await Http().GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex("""token: "?([^"\s]+)""")]
    private static partial Regex TokenLine();

    [GeneratedRegex("""certificate-authority-data: "?([^"\s]+)""")]
    private static partial Regex AuthorityLine();
}
