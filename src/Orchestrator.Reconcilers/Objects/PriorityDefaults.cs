using Orchestrator.Api.Meta;
using Orchestrator.Api.Scheduling.V1;

namespace Orchestrator.Reconcilers.Objects;

/// <summary>At most one PriorityClass is that of pods which name none.</summary>
public static class PriorityDefaults
{
    /// <summary>Refuses a second default.</summary>
    /// <exception cref="ApiException">403, naming the first.</exception>
    public static void Refuse(PriorityClass next, IEnumerable<PriorityClass> others)
    {
        var name = next.Metadata.Name ?? "";
        var first = others.FirstOrDefault(other => other.GlobalDefault && other.Metadata.Name != name);
        if (!next.GlobalDefault || first is null) return;
        throw new ApiException(403, "Forbidden",
            $"{PriorityClass.Kind.Resource} \"{name}\" is forbidden: PriorityClass {first.Metadata.Name} is already "
            + "marked as default. Only one default can exist",
            StatusDetails.Of(PriorityClass.Kind, name));
    }
}
