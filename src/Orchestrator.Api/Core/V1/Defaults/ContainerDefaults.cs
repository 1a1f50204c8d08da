using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Defaults;

/// <summary>Defaults of containers of every sort.</summary>
internal static class ContainerDefaults
{
    // Returns the type it was given: an ephemeral container stays one.
    public static T Apply<T>(T container) where T : Container => (T)Filled(container);

    /// <summary>
    /// Always for <c>:latest</c> and for no tag, which means the same; IfNotPresent for another tag or a digest. Fixed
    /// at creation: a later change of the tag does not change it.
    /// </summary>
    public static string PullPolicyOf(string? image)
    {
        if (string.IsNullOrEmpty(image)) return "IfNotPresent";
        var digest = image.IndexOf('@');
        var name = digest < 0 ? image : image[..digest];
        var colon = name.IndexOf(':', name.LastIndexOf('/') + 1);
        if (colon < 0) return digest < 0 ? "Always" : "IfNotPresent";
        return name[(colon + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }

    public static IReadOnlyDictionary<string, Quantity> Rounded(IReadOnlyDictionary<string, Quantity> amounts) =>
        amounts.All(pair => pair.Value == pair.Value.RoundedUpToMilli)
            ? amounts
            : amounts.ToDictionary(pair => pair.Key, pair => pair.Value.RoundedUpToMilli, StringComparer.Ordinal);

    public static ObjectFieldSelector? Of(ObjectFieldSelector? field) =>
        field is null || !string.IsNullOrEmpty(field.ApiVersion) ? field : field with { ApiVersion = "v1" };

    public static ResourceFieldSelector? Of(ResourceFieldSelector? field) =>
        field is null ? null : field with { Divisor = field.Divisor ?? Quantity.Zero };

    private static Container Filled(Container container)
    {
        var resources = container.Resources ?? new ResourceRequirements();
        return container with
        {
            ImagePullPolicy = Or(container.ImagePullPolicy, PullPolicyOf(container.Image)),
            TerminationMessagePath = Or(container.TerminationMessagePath, "/dev/termination-log"),
            TerminationMessagePolicy = Or(container.TerminationMessagePolicy, "File"),
            Resources = resources with { Requests = Rounded(resources.Requests), Limits = Rounded(resources.Limits) },
            Ports = [.. container.Ports.Select(port => port with { Protocol = Or(port.Protocol, "TCP") })],
            Env = [.. container.Env.Select(Of)],
            LivenessProbe = Of(container.LivenessProbe),
            ReadinessProbe = Of(container.ReadinessProbe),
            StartupProbe = Of(container.StartupProbe),
            Lifecycle = container.Lifecycle is not { } lifecycle ? null : lifecycle with
            {
                PostStart = Of(lifecycle.PostStart),
                PreStop = Of(lifecycle.PreStop),
            },
        };
    }

    private static EnvVar Of(EnvVar variable) => variable.ValueFrom is not { } source ? variable : variable with
    {
        ValueFrom = source with { FieldRef = Of(source.FieldRef), ResourceFieldRef = Of(source.ResourceFieldRef) },
    };

    private static Probe? Of(Probe? probe) => probe is null ? null : probe with
    {
        HttpGet = Of(probe.HttpGet),
        Grpc = probe.Grpc is null ? null : probe.Grpc with { Service = probe.Grpc.Service ?? "" },
        TimeoutSeconds = probe.TimeoutSeconds == 0 ? 1 : probe.TimeoutSeconds,
        PeriodSeconds = probe.PeriodSeconds == 0 ? 10 : probe.PeriodSeconds,
        SuccessThreshold = probe.SuccessThreshold == 0 ? 1 : probe.SuccessThreshold,
        FailureThreshold = probe.FailureThreshold == 0 ? 3 : probe.FailureThreshold,
    };

    private static LifecycleHandler? Of(LifecycleHandler? handler) =>
        handler is null ? null : handler with { HttpGet = Of(handler.HttpGet) };

    private static HTTPGetAction? Of(HTTPGetAction? action) =>
        action is null ? null : action with { Path = Or(action.Path, "/"), Scheme = Or(action.Scheme, "HTTP") };

    private static string Or(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
