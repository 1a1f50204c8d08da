using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for the restart policy of one container and its rules.</summary>
internal static class RestartRuleValidation
{
    private const int RulesMax = 20;
    private const int ExitCodesMax = 255;

    public static void Check(FieldErrors at, Container container)
    {
        var rules = container.RestartPolicyRules;
        var policies = Choices.Of<Container>(nameof(Container.RestartPolicy));
        if (container.RestartPolicy is not { } policy)
        {
            if (rules.Count > 0)
                at["restartPolicy"].Required("must specify restartPolicy when restart rules are used");
        }
        else if (!policies.Contains(policy)) at["restartPolicy"].NotSupported(policy, policies);
        if (rules.Count > RulesMax) at["restartPolicyRules"].TooMany(rules.Count, RulesMax);
        for (var i = 0; i < rules.Count; i++) CheckRule(at["restartPolicyRules"][i], rules[i]);
    }

    private static void CheckRule(FieldErrors at, ContainerRestartRule rule)
    {
        var actions = Choices.Of<ContainerRestartRule>(nameof(ContainerRestartRule.Action));
        if (!actions.Contains(rule.Action ?? "")) at["action"].NotSupported(rule.Action ?? "", actions);
        if (rule.ExitCodes is not { } codes)
        {
            at["exitCodes"].Required("must be specified");
            return;
        }
        var operators = Choices.Of<ContainerRestartRuleOnExitCodes>(nameof(ContainerRestartRuleOnExitCodes.Operator));
        if (!operators.Contains(codes.Operator ?? ""))
            at["exitCodes"]["operator"].NotSupported(codes.Operator ?? "", operators);
        if (codes.Values.Count > ExitCodesMax) at["exitCodes"]["values"].TooMany(codes.Values.Count, ExitCodesMax);
    }
}
