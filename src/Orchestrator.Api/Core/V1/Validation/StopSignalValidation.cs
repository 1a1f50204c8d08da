using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for the signal that asks a container to end.</summary>
internal static class StopSignalValidation
{
    private const int RealTimeMax = 15;

    private static readonly string[] OfWindows = ["SIGKILL", "SIGTERM"];

    private static readonly string[] Named =
    [
        "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT",
        "SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT", "SIGSEGV", "SIGSTKFLT",
        "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2",
        "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ", "SIGRTMIN", "SIGRTMAX",
    ];

    private static readonly string[] OfLinux =
    [
        .. Named
            .Concat(Enumerable.Range(1, RealTimeMax).Select(number => $"SIGRTMIN+{number}"))
            .Concat(Enumerable.Range(1, RealTimeMax - 1).Select(number => $"SIGRTMAX-{number}"))
            .Order(StringComparer.Ordinal),
    ];

    public static void Check(FieldErrors at, Container container, PodSpec spec)
    {
        if (container.Lifecycle?.StopSignal is not { } signal) return;
        var here = at["lifecycle"]["stopSignal"];
        if (spec.Os is not { } os)
        {
            here.Forbidden("may not be set for containers with empty `spec.os.name`");
            return;
        }
        var allowed = os.Name == "windows" ? OfWindows : OfLinux;
        if (!allowed.Contains(signal)) here.NotSupported(signal, allowed);
    }
}
