using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for nodes.</summary>
internal static class NodeValidation
{
    public static IReadOnlyList<FieldError> Check(Node node, Node? old)
    {
        var errors = new FieldErrors();
        CheckTaints(errors["spec"]["taints"], node.Spec.Taints);
        foreach (var (list, amounts) in
            new[] { ("capacity", node.Status.Capacity), ("allocatable", node.Status.Allocatable) })
        {
            foreach (var (name, amount) in amounts)
            {
                ResourceValidation.CheckAmount(errors["status"][list].Key(name), name, amount);
            }
        }
        if (old is null) return errors.Found;
        if (!string.IsNullOrEmpty(old.Spec.PodCIDR) && node.Spec.PodCIDR != old.Spec.PodCIDR)
        {
            errors["spec"]["podCIDRs"].Forbidden("node updates may not change podCIDR except from \"\" to valid");
        }
        if (!string.IsNullOrEmpty(old.Spec.ProviderID) && node.Spec.ProviderID != old.Spec.ProviderID)
        {
            errors["spec"]["providerID"].Forbidden("node updates may not change providerID except from \"\" to valid");
        }
        return errors.Found;
    }

    private static void CheckTaints(FieldErrors at, IReadOnlyList<Taint> taints)
    {
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < taints.Count; i++)
        {
            var taint = taints[i];
            at[i]["key"].Invalid(taint.Key, NameRules.QualifiedName(taint.Key));
            var broken = NameRules.LabelValue(taint.Value ?? "").ToList();
            if (broken.Count > 0) at[i]["value"].Invalid(taint.Value, string.Join(";", broken));
            at[i]["effect"].CheckOneOf(taint.Effect, SchedulingValidation.TaintEffects);
            if (!seen.Add((taint.Key, taint.Effect)))
            {
                at[i].Duplicate($"{taint.Key}:{taint.Effect}: taints must be unique by key and effect pair");
            }
        }
    }
}
