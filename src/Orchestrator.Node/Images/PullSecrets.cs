using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Images;

/// <summary>What the pull secrets of a pod open.</summary>
/// <param name="Missing">Names of those that are not there or hold no credentials.</param>
internal sealed record PullSecrets(Keyring Keys, IReadOnlyList<string> Missing)
{
    private const string NewType = "kubernetes.io/dockerconfigjson", NewKey = ".dockerconfigjson";
    private const string OldType = "kubernetes.io/dockercfg", OldKey = ".dockercfg";

    public static PullSecrets Of(Pod pod, INodeInputs inputs)
    {
        var (rings, missing) = (new List<Keyring>(), new List<string>());
        foreach (var name in pod.Spec.ImagePullSecrets.Select(reference => reference.Name))
        {
            if (string.IsNullOrEmpty(name)) continue;
            if (RingOf(inputs.FindSecret(pod.Metadata.Namespace ?? "", name)) is { } ring) rings.Add(ring);
            else missing.Add(name);
        }
        return new PullSecrets(Keyring.Join(rings), missing);
    }

    private static Keyring? RingOf(Secret? secret)
    {
        try
        {
            return secret?.Type switch
            {
                NewType when secret.Data.TryGetValue(NewKey, out var file) => DockerConfig.Parse(file),
                OldType when secret.Data.TryGetValue(OldKey, out var file) => DockerConfig.ParseOld(file),
                _ => null,
            };
        }
        catch (FormatException)
        {
            return null; // Told as missing: it holds nothing that opens a registry.
        }
    }
}
