using System.Collections.Concurrent;
using Orchestrator.Api.Naming;

namespace Orchestrator.Api.Core.V1;

/// <summary>
/// The volume that lets a pod act as its service account: a token, the certificate to trust the API by, and the name of
/// the namespace. All pods share its parts, for there are very many of them.
/// </summary>
internal static class TokenVolume
{
    /// <summary>What its name begins with.</summary>
    public const string Prefix = "kube-api-access-";

    private const long TokenSeconds = 3607;
    private const int FileMode = 420;
    private const int KeptMax = 4096;

    private static readonly ProjectedVolumeSource Source = new()
    {
        DefaultMode = FileMode,
        Sources =
        [
            new() { ServiceAccountToken = new() { Path = "token", ExpirationSeconds = TokenSeconds } },
            new()
            {
                ConfigMap = new() { Name = "kube-root-ca.crt", Items = [new() { Key = "ca.crt", Path = "ca.crt" }] },
            },
            new()
            {
                DownwardAPI = new()
                {
                    Items =
                    [
                        new()
                        {
                            Path = "namespace",
                            FieldRef = new() { ApiVersion = "v1", FieldPath = "metadata.namespace" },
                        },
                    ],
                },
            },
        ],
    };

    private static readonly ConcurrentDictionary<(string Namespace, string Account), Volume> Kept = new();

    /// <summary>The volume of an account. Its name is hashed, so that a pod that is made again has the same.</summary>
    public static Volume Of(string ns, string account)
    {
        if (Kept.TryGetValue((ns, account), out var kept)) return kept;
        // Accounts come and go; those that stay are remembered again.
        if (Kept.Count >= KeptMax) Kept.Clear();
        var suffix = GeneratedNames.Suffix(GeneratedNames.Seed($"{ns}/{account}"), 0);
        return Kept.GetOrAdd((ns, account), new Volume { Name = Prefix + suffix, Projected = Source });
    }

    /// <summary>It is one of ours, with all defaults there are.</summary>
    public static bool IsOwn(Volume volume) => ReferenceEquals(volume.Projected, Source);
}
