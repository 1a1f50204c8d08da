using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for probes and lifecycle hooks.</summary>
internal static class ProbeValidation
{
    private const string OneHandler = "may not specify more than 1 handler type";

    public static void Check(FieldErrors at, Container container, long? graceSeconds)
    {
        if (container.Lifecycle?.PostStart is { } start) CheckHook(at["lifecycle"]["postStart"], start, graceSeconds);
        if (container.Lifecycle?.PreStop is { } stop) CheckHook(at["lifecycle"]["preStop"], stop, graceSeconds);
        CheckProbe(at["livenessProbe"], container.LivenessProbe);
        CheckSucceedsOnce(at["livenessProbe"], container.LivenessProbe);
        CheckProbe(at["readinessProbe"], container.ReadinessProbe);
        if (container.ReadinessProbe?.TerminationGracePeriodSeconds is { } grace)
        {
            at["readinessProbe"]["terminationGracePeriodSeconds"].Invalid(grace, "must not be set for readinessProbes");
        }
        CheckProbe(at["startupProbe"], container.StartupProbe);
        CheckSucceedsOnce(at["startupProbe"], container.StartupProbe);
    }

    private static void CheckSucceedsOnce(FieldErrors at, Probe? probe)
    {
        if (probe is not null && probe.SuccessThreshold != 1)
            at["successThreshold"].Invalid(probe.SuccessThreshold, "must be 1");
    }

    private static void CheckProbe(FieldErrors at, Probe? probe)
    {
        if (probe is null) return;
        CheckHandlers(at, probe.Exec, probe.HttpGet, probe.TcpSocket, probe.Grpc, null, null);
        at["initialDelaySeconds"].CheckNotNegative(probe.InitialDelaySeconds);
        at["timeoutSeconds"].CheckNotNegative(probe.TimeoutSeconds);
        at["periodSeconds"].CheckNotNegative(probe.PeriodSeconds);
        at["successThreshold"].CheckNotNegative(probe.SuccessThreshold);
        at["failureThreshold"].CheckNotNegative(probe.FailureThreshold);
        if (probe.TerminationGracePeriodSeconds is <= 0)
        {
            at["terminationGracePeriodSeconds"].Invalid(probe.TerminationGracePeriodSeconds, "must be greater than 0");
        }
    }

    private static void CheckHook(FieldErrors at, LifecycleHandler hook, long? graceSeconds) =>
        CheckHandlers(at, hook.Exec, hook.HttpGet, hook.TcpSocket, null, hook.Sleep, graceSeconds);

    private static void CheckHandlers(
        FieldErrors at, ExecAction? exec, HTTPGetAction? http, TCPSocketAction? tcp, GRPCAction? grpc,
        SleepAction? sleep,
        long? graceSeconds)
    {
        (string Name, bool IsSet, Action<FieldErrors> Check)[] handlers =
        [
            ("exec", exec is not null, here => CheckExec(here, exec!)),
            ("httpGet", http is not null, here => CheckHttp(here, http!)),
            ("tcpSocket", tcp is not null, here => CheckPort(here["port"], tcp!.Port)),
            ("grpc", grpc is not null, here => here["port"].Invalid(grpc!.Port, NameRules.PortNumber(grpc.Port))),
            ("sleep", sleep is not null, here => CheckSleep(here, sleep!, graceSeconds)),
        ];
        var set = handlers.Where(handler => handler.IsSet).ToList();
        if (set.Count == 0) at.Required("must specify a handler type");
        else set[0].Check(at[set[0].Name]);
        foreach (var further in set.Skip(1)) at[further.Name].Forbidden(OneHandler);
    }

    private static void CheckExec(FieldErrors at, ExecAction exec)
    {
        if (exec.Command.Count == 0) at["command"].Required();
    }

    private static void CheckHttp(FieldErrors at, HTTPGetAction http)
    {
        if (string.IsNullOrEmpty(http.Path)) at["path"].Required();
        CheckPort(at["port"], http.Port);
        var schemes = Choices.Of<HTTPGetAction>(nameof(HTTPGetAction.Scheme));
        if (!schemes.Contains(http.Scheme ?? "")) at["scheme"].NotSupported(http.Scheme ?? "", schemes);
        foreach (var header in http.HttpHeaders)
        {
            at["httpHeaders"].Invalid(header.Name, NameRules.HttpHeaderName(header.Name));
        }
    }

    private static void CheckPort(FieldErrors at, IntOrString? port)
    {
        if (port?.Text is { } name) at.Invalid(name, NameRules.PortName(name));
        else at.Invalid(port?.Number ?? 0, NameRules.PortNumber(port?.Number ?? 0));
    }

    private static void CheckSleep(FieldErrors at, SleepAction sleep, long? graceSeconds)
    {
        if (graceSeconds is { } grace && (sleep.Seconds <= 0 || sleep.Seconds > grace))
        {
            at.Invalid(sleep.Seconds, $"must be greater than 0 and less than terminationGracePeriodSeconds ({grace}). "
                + "Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.");
        }
    }
}
