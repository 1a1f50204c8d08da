using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Api.Meta;

namespace Orchestrator.Hosting;

/// <summary>Asks a running cluster for the reasons of an object and prints them, oldest first.</summary>
internal static class ReasonsPage
{
    /// <exception cref="StartException">The object is not named right, or the cluster cannot be asked.</exception>
    public static async Task PrintAsync(string dataDir, string ns, string target, CancellationToken cancellation)
    {
        var subject = SubjectOf(ns, target);
        var reasons = await ReadAsync(dataDir, subject, cancellation);
        if (reasons.Count == 0) throw new StartException($"no reasons are kept for {subject}: was it named right, in this namespace?");
        foreach (var reason in reasons)
        {
            Console.WriteLine($"{reason.Time:yyyy-MM-dd HH:mm:ss.fff}  {reason.Decision,-18} {reason.Why}");
            if (reason.Inputs.Length > 0) Console.WriteLine($"{"",25} from {reason.Inputs.ReplaceLineEndings($"\n{"",30}")}");
        }
    }

    // pod/web-1, pods/web-1 and po/web-1 name one object; anything else is taken for a UID.
    private static string SubjectOf(string ns, string target)
    {
        var slash = target.IndexOf('/');
        if (slash < 0) return target;
        var (word, name) = (target[..slash].ToLowerInvariant(), target[(slash + 1)..]);
        var kind = KindRegistry.All.FirstOrDefault(kind => kind.Plural == word || kind.Singular == word || kind.ShortNames.Contains(word))
            ?? throw new StartException($"\"{word}\" is no kind that is served; name the object as KIND/NAME, such as pod/web-1");
        return kind.KeyOf(ns, name).ToString();
    }

    private static async Task<List<ReasonRecord>> ReadAsync(string dataDir, string subject, CancellationToken cancellation)
    {
        var kubeconfig = Path.Combine(dataDir, "kubeconfig");
        if (!File.Exists(kubeconfig)) throw new StartException($"there is no {kubeconfig}: name the cluster's data folder with --data-dir");
        var text = await File.ReadAllTextAsync(kubeconfig, cancellation);
        using var authority = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(Value(text, "certificate-authority-data")));
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = Trusting(authority) });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Value(text, "token"));
        try
        {
            var url = $"{Value(text, "server")}/reasons?of={Uri.EscapeDataString(subject)}";
            await using var body = await http.GetStreamAsync(new Uri(url), cancellation);
            return await JsonSerializer.DeserializeAsync<List<ReasonRecord>>(body, JsonSerializerOptions.Web, cancellation) ?? [];
        }
        catch (HttpRequestException trouble)
        {
            throw new StartException($"the cluster of {dataDir} does not answer: {trouble.Message}", trouble);
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
        Regex.Match(kubeconfig, $@"^\s*{key}:\s*""?([^""\s]+)", RegexOptions.Multiline).Groups[1].Value;
}
