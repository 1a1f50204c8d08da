using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>What a kubeconfig says of a cluster: whom to trust, and as whom to come.</summary>
public sealed partial record Credentials(string Token, X509Certificate2 Authority)
{
    /// <summary>Reads the file that a silo wrote.</summary>
    public static Credentials Of(string kubeconfig)
    {
        var text = File.ReadAllText(kubeconfig);
        var authority = Convert.FromBase64String(AuthorityLine().Match(text).Groups[1].Value);
        return new(TokenLine().Match(text).Groups[1].Value, X509CertificateLoader.LoadCertificate(authority));
    }

    /// <summary>Trusts the cluster's own authority and no other.</summary>
    public X509ChainPolicy Trusting() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { Authority },
    };

    [GeneratedRegex("""token: "?([^"\s]+)""")]
    private static partial Regex TokenLine();

    [GeneratedRegex("""certificate-authority-data: "?([^"\s]+)""")]
    private static partial Regex AuthorityLine();
}
