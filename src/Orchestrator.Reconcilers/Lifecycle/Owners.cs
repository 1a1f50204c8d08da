using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>
/// Reads and makes owner references. An owner is its UID; its name may belong to another object tomorrow.
/// </summary>
public static class Owners
{
    /// <summary>The reference to the one owner that manages the object, or null.</summary>
    public static OwnerReference? ControllerOf(ApiObject obj)
    {
        foreach (var owner in obj.Metadata.OwnerReferences)
        {
            if (owner.Controller == true) return owner;
        }
        return null;
    }

    /// <summary>Is managed by the object of that UID.</summary>
    public static bool IsControlledBy(ApiObject obj, string? uid) =>
        uid is { Length: > 0 } && ControllerOf(obj)?.Uid == uid;

    /// <summary>The reference a managed child carries.</summary>
    public static OwnerReference ControllerReference(ApiObject owner)
    {
        var kind = KindRegistry.Of(owner);
        return new()
        {
            ApiVersion = kind.ApiVersion,
            Kind = kind.Name,
            Name = owner.Metadata.Name ?? "",
            Uid = owner.Metadata.Uid ?? "",
            Controller = true,
            BlockOwnerDeletion = true,
        };
    }

    /// <summary>
    /// Where the owner lives if it exists: beside the dependent, or cluster-scoped. Null for unserved kinds.
    /// </summary>
    /// <param name="reference">The reference to the owner.</param>
    /// <param name="dependentNamespace">Where the dependent lives.</param>
    /// <param name="declared">Finds the kinds that users declared, by group and name.</param>
    public static ObjectKey? KeyOf(
        OwnerReference reference, string? dependentNamespace, Func<string, string, Kind?>? declared = null)
    {
        var slash = reference.ApiVersion.IndexOf('/');
        var group = slash < 0 ? "" : reference.ApiVersion[..slash];
        var kind = KindRegistry.FindByName(group, reference.Kind) ?? declared?.Invoke(group, reference.Kind);
        return kind?.KeyOf(dependentNamespace ?? "", reference.Name);
    }

    /// <summary>The object's references but for those to one owner.</summary>
    public static IReadOnlyList<OwnerReference> Without(ApiObject obj, string uid) =>
        [.. obj.Metadata.OwnerReferences.Where(owner => owner.Uid != uid)];

    /// <summary>The object's references with the one to its new controller.</summary>
    public static IReadOnlyList<OwnerReference> With(ApiObject obj, ApiObject controller) =>
        [.. Without(obj, controller.Metadata.Uid ?? ""), ControllerReference(controller)];
}
