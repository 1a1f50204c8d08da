using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Pods;

/// <summary>What the RuntimeClass of a pod changes about its containers: who runs them, and their limits.</summary>
internal sealed class RuntimeClasses(NodeEngine engine)
{
    /// <exception cref="ContainerConfigException">There is no such class, or it says what cannot be read.</exception>
    public ContainerSpec Apply(Pod pod, ContainerSpec spec)
    {
        if (pod.Spec.RuntimeClassName is not { Length: > 0 } name) return spec;
        var found = engine.Inputs.FindRuntimeClass(name)
            ?? throw new ContainerConfigException($"RuntimeClass \"{name}\" not found");
        try
        {
            var limits = found.Metadata.Annotations.GetValueOrDefault(ContainerUlimit.Annotation) ?? "";
            return spec with { Runtime = found.Handler, Ulimits = ContainerUlimit.ParseAll(limits) };
        }
        catch (FormatException wrong)
        {
            throw new ContainerConfigException($"RuntimeClass \"{name}\": {wrong.Message}");
        }
    }

    /// <summary>
    /// Starts a container that wants raised limits; where the machine refuses them, which the engine's words seldom
    /// tell, one without them takes its place and the user is told.
    /// </summary>
    /// <returns>The container to go on with.</returns>
    public async Task<string> StartWithLimitsAsync(
        Pod pod, ContainerSpec spec, string id, string path, CancellationToken cancellation)
    {
        if (spec.Ulimits.Count == 0) return id;
        try
        {
            await engine.Runtime.StartAsync(id, cancellation);
            return id;
        }
        catch (RuntimeRefusedException refused)
        {
            await engine.Runtime.RemoveAsync(id, cancellation);
            var plain = await engine.Runtime.CreateAsync(spec with { Ulimits = [] }, cancellation);
            engine.Reports.Event(pod, path, "Warning", "UlimitsNotRaised",
                $"the machine does not raise the limits of RuntimeClass \"{pod.Spec.RuntimeClassName}\"; the container "
                + $"runs with those of the engine: {refused.Message}");
            return plain;
        }
    }
}
