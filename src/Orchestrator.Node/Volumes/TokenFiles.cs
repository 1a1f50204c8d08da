using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The files of tokens in projected volumes.</summary>
internal static class TokenFiles
{
    private const long SecondsDefault = 3600;
    private const int OwnerOnly = 0b110_000_000;

    /// <summary>The file, or none where nobody signs tokens.</summary>
    /// <exception cref="VolumeException">The account is not there.</exception>
    public static IReadOnlyList<VolumeFile> Of(
        PodOnNode facts, string volume, ServiceAccountTokenProjection asked, INodeInputs inputs, int mode)
    {
        var spec = facts.Pod.Spec;
        try
        {
            var audience = string.IsNullOrEmpty(asked.Audience) ? null : asked.Audience;
            if (inputs.NewToken(facts.Pod, audience, asked.ExpirationSeconds ?? SecondsDefault) is not { } token)
                return [];
            // Whoever may read it acts as the account: where it is known who that is, nobody else may.
            var owner = UserOf(spec);
            var isKnown = owner is not null || spec.SecurityContext?.FsGroup is not null;
            return [new(asked.Path ?? "", Encoding.UTF8.GetBytes(token.Token), isKnown ? OwnerOnly : mode, owner)];
        }
        catch (ApiException refused)
        {
            throw new VolumeException(volume, $"failed to fetch token: {refused.Message}");
        }
    }

    /// <summary>
    /// The user that all containers of the pod run as, or null when they differ or leave it to images.
    /// </summary>
    public static long? UserOf(PodSpec spec)
    {
        var users = spec.InitContainers.Concat(spec.Containers)
            .Select(container => container.SecurityContext?.RunAsUser ?? spec.SecurityContext?.RunAsUser)
            .Distinct().ToList();
        return users is [{ } one] ? one : null;
    }
}
