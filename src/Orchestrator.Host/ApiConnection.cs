using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Hosting;

/// <summary>A running cluster, as the kubeconfig that <c>orc serve</c> wrote leads to it.</summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly HttpClient _http;
    private readonly X509Certificate2 _authority;
    private readonly string _kubeconfig;

    private ApiConnection(string kubeconfig, string text)
    {
        _kubeconfig = kubeconfig;
        _authority =
            X509CertificateLoader.LoadCertificate(Convert.FromBase64String(Value(text, "certificate-authority-data")));
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = Trusting(_authority) })
        {
            BaseAddress = new Uri(Value(text, "server"))
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Value(text, "token"));
    }

    /// <summary>The kubeconfig to use when none is named: KUBECONFIG, else that of the default data folder.</summary>
    public static string DefaultKubeconfig =>
        Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named
            ? named.Split(Path.PathSeparator)[0]
            : Path.Combine(ServeCommand.DefaultDataDirectory(), "kubeconfig");

    /// <exception cref="StartException">There is no such file, or it is not one of ours.</exception>
    public static ApiConnection Open(string kubeconfig, string hint)
    {
        if (!File.Exists(kubeconfig)) throw new StartException($"there is no {kubeconfig}: {hint}");
        try
        {
            return new ApiConnection(kubeconfig, File.ReadAllText(kubeconfig));
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException)
        {
            throw new StartException(
                $"{kubeconfig} is no kubeconfig that orc serve wrote ({unreadable.Message}): {hint}", unreadable);
        }
    }

    /// <summary>The body of a page.</summary>
    /// <exception cref="StartException">The cluster does not answer, or refuses.</exception>
    public async Task<JsonNode?> Get(string path, CancellationToken cancellation) =>
        (await Send(new HttpRequestMessage(HttpMethod.Get, path), cancellation)).Body;

    /// <summary>The object, or null when there is none.</summary>
    /// <exception cref="StartException">The cluster does not answer, or refuses.</exception>
    public async Task<JsonNode?> Find(string path, CancellationToken cancellation)
    {
        var (code, body) = await Send(new HttpRequestMessage(HttpMethod.Get, path), cancellation, code => code == 404);
        return code == 404 ? null : body;
    }

    /// <summary>Has the object be as it is here: made, or changed in what is said.</summary>
    /// <exception cref="StartException">The cluster does not answer, or refuses.</exception>
    public async Task Apply(string path, JsonObject body, CancellationToken cancellation)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/apply-patch+yaml");
        await Send(new HttpRequestMessage(HttpMethod.Patch, $"{path}?fieldManager=orc&force=true")
        {
            Content = content
        }, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _authority.Dispose();
    }

    private async Task<(int Code, JsonNode? Body)> Send(
        HttpRequestMessage request, CancellationToken cancellation, Func<int, bool>? isExpected = null)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            var body = text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null;
            if (response.IsSuccessStatusCode || isExpected?.Invoke((int)response.StatusCode) == true)
                return ((int)response.StatusCode, body);
            throw new StartException(
                $"the cluster refuses: {(string?)body?["message"] ?? $"{(int)response.StatusCode} {response.ReasonPhrase}"}");
        }
        catch (HttpRequestException trouble)
        {
            throw new StartException($"the cluster of {_kubeconfig} does not answer: {trouble.Message}", trouble);
        }
        finally
        {
            request.Dispose();
        }
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2 authority) => new()
    {
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    private static string Value(string kubeconfig, string key) =>
        Regex.Match(kubeconfig, $@"^\s*{key}:\s*""?([^""\s]+)", RegexOptions.Multiline) is { Success: true } match
            ? match.Groups[1].Value
            : throw new FormatException($"it says no {key}");
}
