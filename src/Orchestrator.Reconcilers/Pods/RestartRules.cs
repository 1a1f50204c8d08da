using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Whether a dead container is to run again: what its own rules say of its exit code, else its own policy, else the
/// pod's.
/// </summary>
internal static class RestartRules
{
    // What an engine leaves behind that could not even start the command.
    private const int CouldNotRunExitCode = 128;

    public static bool Wants(PodView view, ContainerView container) => container.Role switch
    {
        // A sidecar runs as long as the pod does, whatever the pod's policy says.
        ContainerRole.Sidecar => true,
        ContainerRole.Ephemeral => false,
        ContainerRole.Init => !container.Newest!.HasSucceeded && Wants(view, container.Spec, container.Newest),
        _ => Wants(view, container.Spec, container.Newest!),
    };

    /// <summary>The policy that counts for the container, in words.</summary>
    public static string PolicyText(PodView view, ContainerView container) =>
        MatchesRule(container.Spec, ExitCodeOf(container.Newest!))
            ? "a rule of the container asks for a restart"
            : $"the restart policy is {container.Spec.RestartPolicy ?? view.RestartPolicy}";

    private static bool Wants(PodView view, Container spec, ContainerAttempt dead) =>
        MatchesRule(spec, ExitCodeOf(dead)) || (spec.RestartPolicy ?? view.RestartPolicy) switch
        {
            "Never" => false,
            "OnFailure" => !dead.HasSucceeded,
            _ => true,
        };

    private static bool MatchesRule(Container spec, int exitCode) =>
        spec.RestartPolicy is not null && spec.RestartPolicyRules.Any(
            rule => rule is { Action: "Restart", ExitCodes: { } codes } && Matches(codes, exitCode));

    private static bool Matches(ContainerRestartRuleOnExitCodes codes, int exitCode) => codes.Operator switch
    {
        "In" => codes.Values.Contains(exitCode),
        "NotIn" => !codes.Values.Contains(exitCode),
        _ => false,
    };

    private static int ExitCodeOf(ContainerAttempt dead) =>
        dead is { CouldNotRun: true, ExitCode: 0 } ? CouldNotRunExitCode : dead.ExitCode;
}
