using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Certificates.V1;

/// <summary>What holds for signing requests.</summary>
internal static class SigningRequestValidation
{
    private const int ExpirationSecondsMin = 600;
    private const string RequestLabel = "CERTIFICATE REQUEST";

    private static readonly string[] Usages =
    [
        "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment",
        "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel",
        "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing",
        "s/mime", "server auth", "signing", "timestamping",
    ];

    public static IReadOnlyList<FieldError> Check(CertificateSigningRequest request, CertificateSigningRequest? old)
    {
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], request.Spec);
        if (RequestProblem(spec.Request) is { } problem)
            at["request"].Invalid(Shown(spec.Request), problem);
        if (spec.Usages.Count == 0) at["usages"].Required("usages must be provided");
        var seen = new HashSet<string>();
        for (var i = 0; i < spec.Usages.Count; i++)
        {
            if (!Usages.Contains(spec.Usages[i])) at["usages"][i].NotSupported(spec.Usages[i], Usages);
            if (!seen.Add(spec.Usages[i])) at["usages"][i].Duplicate(spec.Usages[i]);
        }
        CheckSigner(at["signerName"], spec.SignerName);
        if (spec.ExpirationSeconds < ExpirationSecondsMin)
        {
            at["expirationSeconds"].Invalid(
                spec.ExpirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
        CheckConditions(errors["status"]["conditions"], request.Status, old?.Status);
        return errors.Found;
    }

    private static string Shown(byte[]? bytes) => Encoding.UTF8.GetString(bytes ?? []);

    private static string? RequestProblem(byte[]? bytes)
    {
        const string NoPem = "PEM block type must be CERTIFICATE REQUEST";
        var text = Shown(bytes);
        if (!PemEncoding.TryFind(text, out var pem) || text[pem.Label] != RequestLabel) return NoPem;
        try
        {
            CertificateRequest.LoadSigningRequestPem(text, HashAlgorithmName.SHA256,
                CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions
                    | CertificateRequestLoadOptions.SkipSignatureValidation);
            return null;
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException or NotSupportedException)
        {
            return $"the request cannot be read: {broken.Message}";
        }
    }

    private static void CheckSigner(FieldErrors at, string signer)
    {
        if (signer.Length == 0)
        {
            at.Required();
            return;
        }
        var parts = signer.Split('/');
        if (parts.Length != 2)
        {
            at.Invalid(signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (signer == "kubernetes.io/legacy-unknown")
            at.Invalid(signer, "the legacy signerName is not allowed via this API version");
        var labels = parts[0].Split('.');
        if (labels.Length < 2) at.Invalid(parts[0], "should be a domain with at least two segments separated by dots");
        foreach (var label in labels)
        {
            at.Invalid(label, NameRules.DnsLabel(label).Select(broken => $"validating label \"{label}\": {broken}"));
        }
        foreach (var label in parts[1].Split('.'))
        {
            at.Invalid(parts[1], NameRules.DnsLabel(label).Select(broken => $"validating label \"{label}\": {broken}"));
        }
    }

    private static void CheckConditions(
        FieldErrors at, CertificateSigningRequestStatus status, CertificateSigningRequestStatus? old)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < status.Conditions.Count; i++)
        {
            var condition = status.Conditions[i];
            if (condition.Type.Length == 0) at[i]["type"].Required();
            var isDecision = condition.Type is "Approved" or "Denied" or "Failed";
            if (condition.Status.Length == 0) at[i]["status"].Required();
            else if (isDecision && condition.Status != "True") at[i]["status"].NotSupported(condition.Status, "True");
            else if (condition.Status is not ("True" or "False" or "Unknown"))
                at[i]["status"].NotSupported(condition.Status, "False", "True", "Unknown");
            if (!seen.Add(condition.Type)) at[i]["type"].Duplicate(condition.Type);
            if ((condition.Type == "Approved" && status.Has("Denied"))
                || (condition.Type == "Denied" && status.Has("Approved")))
            {
                at[i]["type"].Invalid(condition.Type, "Approved and Denied conditions are mutually exclusive");
            }
        }
        if (old is null) return;
        foreach (var type in (ReadOnlySpan<string>)["Approved", "Denied", "Failed"])
        {
            if (old.Has(type) && !status.Has(type))
                at.Forbidden($"updates may not remove a condition of type \"{type}\"");
        }
    }
}
