using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for where a pod may run: selectors, affinity, tolerations, spread, gates.</summary>
internal static class SchedulingValidation
{
    public static readonly IReadOnlyList<string> TaintEffects = Choices.Of<Taint>(nameof(Taint.Effect));
    private static readonly IReadOnlyList<string> Unsatisfied =
        Choices.Of<TopologySpreadConstraint>(nameof(TopologySpreadConstraint.WhenUnsatisfiable));
    private static readonly IReadOnlyList<string> NodePolicies =
        Choices.Of<TopologySpreadConstraint>(nameof(TopologySpreadConstraint.NodeTaintsPolicy));

    public static void Check(FieldErrors at, PodSpec spec)
    {
        ObjectMetaRules.CheckLabels(at["nodeSelector"], spec.NodeSelector);
        CheckNodeAffinity(at["affinity"]["nodeAffinity"], spec.Affinity?.NodeAffinity);
        if (spec.Affinity?.PodAffinity is { } near)
        {
            CheckPodTerms(at["affinity"]["podAffinity"], near.RequiredDuringSchedulingIgnoredDuringExecution,
                near.PreferredDuringSchedulingIgnoredDuringExecution);
        }
        if (spec.Affinity?.PodAntiAffinity is { } far)
        {
            CheckPodTerms(at["affinity"]["podAntiAffinity"], far.RequiredDuringSchedulingIgnoredDuringExecution,
                far.PreferredDuringSchedulingIgnoredDuringExecution);
        }
        CheckTolerations(at["tolerations"], spec.Tolerations);
        CheckGates(at["schedulingGates"], spec.SchedulingGates);
        CheckSpread(at["topologySpreadConstraints"], spec.TopologySpreadConstraints);
        if (spec.PreemptionPolicy is { } policy)
            at["preemptionPolicy"].CheckOneOf(policy, Choices.Of<PodSpec>(nameof(PodSpec.PreemptionPolicy)));
    }

    private static void CheckNodeAffinity(FieldErrors at, NodeAffinity? affinity)
    {
        if (affinity is null) return;
        if (affinity.RequiredDuringSchedulingIgnoredDuringExecution is { } required)
            CheckSelector(at["requiredDuringSchedulingIgnoredDuringExecution"], required);
        var preferred = affinity.PreferredDuringSchedulingIgnoredDuringExecution;
        for (var i = 0; i < preferred.Count; i++)
        {
            var here = at["preferredDuringSchedulingIgnoredDuringExecution"][i];
            CheckWeight(here["weight"], preferred[i].Weight);
            CheckTerm(here["preference"], preferred[i].Preference ?? new NodeSelectorTerm(), checkValues: false);
        }
    }

    /// <summary>Which nodes are meant.</summary>
    public static void CheckSelector(FieldErrors at, NodeSelector selector)
    {
        var terms = at["nodeSelectorTerms"];
        if (selector.NodeSelectorTerms.Count == 0) terms.Required("must have at least one node selector term");
        for (var i = 0; i < selector.NodeSelectorTerms.Count; i++)
        {
            CheckTerm(terms[i], selector.NodeSelectorTerms[i], checkValues: true);
        }
    }

    private static void CheckTerm(FieldErrors at, NodeSelectorTerm term, bool checkValues)
    {
        for (var i = 0; i < term.MatchExpressions.Count; i++)
        {
            CheckExpression(at["matchExpressions"][i], term.MatchExpressions[i], checkValues);
        }
        for (var i = 0; i < term.MatchFields.Count; i++) CheckField(at["matchFields"][i], term.MatchFields[i]);
    }

    private static void CheckExpression(FieldErrors at, NodeSelectorRequirement requirement, bool checkValues)
    {
        switch (requirement.Operator)
        {
            case "In" or "NotIn" when requirement.Values.Count == 0:
                at["values"].Required("must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist" when requirement.Values.Count > 0:
                at["values"].Forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case "Gt" or "Lt" when requirement.Values.Count != 1:
                at["values"].Required("must be specified single value when `operator` is 'Lt' or 'Gt'");
                break;
            case "In" or "NotIn" or "Exists" or "DoesNotExist" or "Gt" or "Lt":
                break;
            default:
                at["operator"].Invalid(requirement.Operator, "not a valid selector operator");
                break;
        }
        at["key"].Invalid(requirement.Key, NameRules.QualifiedName(requirement.Key));
        if (!checkValues) return;
        for (var i = 0; i < requirement.Values.Count; i++)
        {
            at["values"][i].Invalid(requirement.Values[i], NameRules.LabelValue(requirement.Values[i]));
        }
    }

    private static void CheckField(FieldErrors at, NodeSelectorRequirement requirement)
    {
        if (requirement.Operator is not ("In" or "NotIn"))
        {
            at["operator"].Invalid(requirement.Operator, "not a valid selector operator");
        }
        else if (requirement.Values.Count != 1)
        {
            at["values"].Required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        if (requirement.Key != "metadata.name")
        {
            at["key"].Invalid(requirement.Key, "not a valid field selector key");
            return;
        }
        for (var i = 0; i < requirement.Values.Count; i++)
        {
            at["values"][i].Invalid(requirement.Values[i], NameRules.DnsSubdomain(requirement.Values[i]));
        }
    }

    private static void CheckPodTerms(
        FieldErrors at, IReadOnlyList<PodAffinityTerm> required, IReadOnlyList<WeightedPodAffinityTerm> preferred)
    {
        for (var i = 0; i < required.Count; i++)
        {
            CheckPodTerm(at["requiredDuringSchedulingIgnoredDuringExecution"][i], required[i]);
        }
        for (var i = 0; i < preferred.Count; i++)
        {
            var here = at["preferredDuringSchedulingIgnoredDuringExecution"][i];
            CheckWeight(here["weight"], preferred[i].Weight);
            CheckPodTerm(here["podAffinityTerm"], preferred[i].PodAffinityTerm ?? new PodAffinityTerm());
        }
    }

    private static void CheckPodTerm(FieldErrors at, PodAffinityTerm term)
    {
        LabelSelectorRules.Check(at["labelSelector"], term.LabelSelector);
        LabelSelectorRules.Check(at["namespaceSelector"], term.NamespaceSelector);
        foreach (var name in term.Namespaces) at["namespace"].Invalid(name, NameRules.DnsLabel(name));
        if (term.TopologyKey.Length == 0) at["topologyKey"].Required("can not be empty");
        at["topologyKey"].Invalid(term.TopologyKey, NameRules.QualifiedName(term.TopologyKey));
    }

    private static void CheckWeight(FieldErrors at, int weight)
    {
        if (weight is < 1 or > 100) at.Invalid(weight, "must be in the range 1-100");
    }

    /// <summary>What holds for each toleration.</summary>
    public static void CheckTolerations(FieldErrors at, IReadOnlyList<Toleration> tolerations)
    {
        for (var i = 0; i < tolerations.Count; i++) CheckToleration(at[i], tolerations[i]);
    }

    private static void CheckToleration(FieldErrors at, Toleration toleration)
    {
        var (key, value, effect) = (toleration.Key ?? "", toleration.Value ?? "", toleration.Effect ?? "");
        if (key.Length > 0) at["key"].Invalid(key, NameRules.QualifiedName(key));
        else if (toleration.Operator != "Exists")
        {
            at["operator"].Invalid(toleration.Operator ?? "",
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (toleration.TolerationSeconds is not null && effect != "NoExecute")
        {
            at["effect"].Invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        switch (toleration.Operator)
        {
            case null or "" or "Equal":
                var broken = NameRules.LabelValue(value).ToList();
                if (broken.Count > 0) at["operator"].Invalid(value, string.Join(";", broken));
                break;
            case "Exists":
                if (value.Length > 0) at["operator"].Invalid(value, "value must be empty when `operator` is 'Exists'");
                break;
            default:
                at["operator"].NotSupported(
                    toleration.Operator, Choices.Of<Toleration>(nameof(Toleration.Operator)));
                break;
        }
        if (effect.Length > 0) at["effect"].CheckOneOf(effect, TaintEffects);
    }

    private static void CheckGates(FieldErrors at, IReadOnlyList<PodSchedulingGate> gates)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < gates.Count; i++)
        {
            at[i].Invalid(gates[i].Name, NameRules.QualifiedName(gates[i].Name));
            if (!seen.Add(gates[i].Name)) at[i].Duplicate(gates[i].Name);
        }
    }

    private static void CheckSpread(FieldErrors at, IReadOnlyList<TopologySpreadConstraint> constraints)
    {
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < constraints.Count; i++)
        {
            var constraint = constraints[i];
            if (constraint.MaxSkew <= 0) at[i]["maxSkew"].Invalid(constraint.MaxSkew, "must be greater than zero");
            if (constraint.TopologyKey.Length == 0) at[i]["topologyKey"].Required("can not be empty");
            else at[i]["topologyKey"].Invalid(constraint.TopologyKey, NameRules.QualifiedName(constraint.TopologyKey));
            if (!Unsatisfied.Contains(constraint.WhenUnsatisfiable))
            {
                at[i]["whenUnsatisfiable"].NotSupported(constraint.WhenUnsatisfiable, Unsatisfied);
            }
            if (!seen.Add((constraint.TopologyKey, constraint.WhenUnsatisfiable)))
            {
                at[i]["{topologyKey, whenUnsatisfiable}"].Duplicate(
                    $"{{{constraint.TopologyKey}, {constraint.WhenUnsatisfiable}}}");
            }
            CheckDomains(at[i], constraint);
            LabelSelectorRules.Check(at[i]["labelSelector"], constraint.LabelSelector);
        }
    }

    private static void CheckDomains(FieldErrors at, TopologySpreadConstraint constraint)
    {
        if (constraint.MinDomains is <= 0) at["minDomains"].Invalid(constraint.MinDomains, "must be greater than zero");
        if (constraint is { MinDomains: not null, WhenUnsatisfiable: not "DoNotSchedule" })
        {
            at["minDomains"].Invalid(constraint.MinDomains,
                "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + constraint.WhenUnsatisfiable);
        }
        if (constraint.NodeAffinityPolicy is { } affinity)
            at["nodeAffinityPolicy"].CheckOneOf(affinity, NodePolicies);
        if (constraint.NodeTaintsPolicy is { } taints) at["nodeTaintsPolicy"].CheckOneOf(taints, NodePolicies);
    }
}
