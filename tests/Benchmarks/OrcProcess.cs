using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Benchmarks;

/// <summary>The product in a process of its own, on a temporary folder.</summary>
internal sealed partial class OrcProcess : IAsyncDisposable
{
    private OrcProcess(Process process, string folder, HttpClient http, string token, TimeSpan start) =>
        (Process, Folder, Http, Token, StartTime) = (process, folder, http, token, start);

    /// <summary>The engine the benchmarks were built with.</summary>
    public static string Engine => Metadata("Engine");

    /// <summary>The program: the one just built, or another to compare with.</summary>
    public static string Program => Environment.GetEnvironmentVariable("ORC_PROGRAM") ?? Metadata("HostPath");

    public Process Process { get; }

    public string Folder { get; }

    public HttpClient Http { get; }

    /// <summary>The administrator's.</summary>
    public string Token { get; }

    public int Port => Http.BaseAddress!.Port;

    /// <summary>What it takes to trust its certificate.</summary>
    public X509ChainPolicy Trust => Trusting(Folder);

    /// <summary>From the start of the process to the first answered request.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Starts it on a fresh store and waits until it is ready.</summary>
    public static async Task<OrcProcess> StartAsync(params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("orc-bench-").FullName;
        var port = FreePort();
        var watch = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec \"$0\" \"$@\" >\"$LOG\" 2>&1", Program, "serve", "--data-dir",
                folder, "--listen", $"127.0.0.1:{port}", "--node-name", $"bench-{port}",
                "--docker", RawEngine.Endpoint },
            Environment = { ["LOG"] = Path.Combine(folder, "orc.log") },
        }.With(more))!;
        HttpClient? client = null;
        while (!File.Exists(Path.Combine(folder, "kubeconfig")) || !await Answers(client ??= Client(folder, port)))
        {
            if (process.HasExited)
                throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(folder, "orc.log")));
            if (watch.Elapsed > TimeSpan.FromSeconds(60)) throw new TimeoutException("not ready within 60 s");
            await Task.Delay(5);
        }
        var http = client!;
        var token = TokenLine().Match(await File.ReadAllTextAsync(Path.Combine(folder, "kubeconfig"))).Groups[1].Value;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new(process, folder, http, token, watch.Elapsed);
    }

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<JsonNode> Send(
        HttpMethod method, string path, JsonNode? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{method} {path}: {text}");
    }

    /// <summary>Events of a watch, from now on.</summary>
    public async IAsyncEnumerable<JsonNode> Watch(string path)
    {
        using var response = await Http.GetAsync(new Uri($"{path}?watch=true", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line) yield return JsonNode.Parse(line)!;
    }

    /// <summary>Resident memory in MiB, and processor time used so far in seconds.</summary>
    public (double Rss, double Cpu) Usage()
    {
        Process.Refresh();
        return (Process.WorkingSet64 / 1048576.0, Process.TotalProcessorTime.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        Http.Dispose();
        var cluster = await File.ReadAllTextAsync(Path.Combine(Folder, "cluster-id"));
        // Also of those that were to tell what the machine can do.
        const string owner = "{{.Label \"io.orchestrator.node\"}}{{.Label \"io.orchestrator.probe\"}}";
        await Shell($"docker ps -a --format '{{{{.ID}}}} {owner}'"
            + $" | grep ' {cluster}/' | cut -d' ' -f1 | xargs -r docker rm -f -v >/dev/null 2>&1");
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task Shell(string line)
    {
        using var shell = Process.Start("/bin/sh", ["-c", line]);
        await shell.WaitForExitAsync();
    }

    private static string Metadata(string key) => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    private static HttpClient Client(string folder, int port) =>
        new(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trusting(folder) } })
        {
            BaseAddress = new Uri($"https://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromMinutes(10),
        };

    private static X509ChainPolicy Trusting(string folder)
    {
        var authority = AuthorityLine().Match(File.ReadAllText(Path.Combine(folder, "kubeconfig"))).Groups[1].Value;
        return new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(Convert.FromBase64String(authority)) },
        };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> Answers(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
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

/// <summary>Adds arguments to a command line in the making.</summary>
internal static class StartInfoArguments
{
    public static ProcessStartInfo With(this ProcessStartInfo start, IEnumerable<string> more)
    {
        foreach (var arg in more) start.ArgumentList.Add(arg);
        return start;
    }
}
