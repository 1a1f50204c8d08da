using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Objects;

/// <summary>Privileged containers, in pods and in templates of pods, are the cluster's to allow.</summary>
public static class PrivilegeRules
{
    /// <summary>Refuses an object that has privileged containers which it did not have before.</summary>
    /// <exception cref="ApiException">422, naming each of them.</exception>
    public static void Refuse(Kind kind, ApiObject next, ApiObject? before)
    {
        if (PodSpecs.Of(next) is not { } now) return;
        if (PodSpecs.Of(before) is { } old && ReferenceEquals(old.Spec, now.Spec)) return;
        var known = PodSpecs.Of(before) is { } had ? [.. PodContainers.All(had.Spec).Where(IsPrivileged)
            .Select(container => container.Name)] : new HashSet<string>();
        var errors = new FieldErrors()[now.Path];
        Check(errors["initContainers"], now.Spec.InitContainers, known);
        Check(errors["containers"], now.Spec.Containers, known);
        Check(errors["ephemeralContainers"], now.Spec.EphemeralContainers, known);
        if (errors.Found.Count > 0) throw ApiException.Invalid(kind, next.Metadata.Name ?? "", errors.Found);
    }

    private static void Check(FieldErrors at, IReadOnlyList<Container> containers, HashSet<string> known)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            if (IsPrivileged(containers[i]) && !known.Contains(containers[i].Name))
                at[i]["securityContext"]["privileged"].Forbidden("disallowed by cluster policy");
        }
    }

    private static bool IsPrivileged(Container container) => container.SecurityContext?.Privileged == true;
}
