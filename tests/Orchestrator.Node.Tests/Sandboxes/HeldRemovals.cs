using System.Reflection;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>Stands before a runtime and lets nothing be removed until it may be.</summary>
public class HeldRemovals : DispatchProxy
{
    private IContainerRuntime _inner = null!;
    private Task _gate = Task.CompletedTask;

    public static IContainerRuntime Before(IContainerRuntime inner, Task gate)
    {
        var runtime = Create<IContainerRuntime, HeldRemovals>();
        var held = (HeldRemovals)(object)runtime;
        (held._inner, held._gate) = (inner, gate);
        return runtime;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IContainerRuntime.RemoveAsync)
            ? RemoveAsync((string)args![0]!, (CancellationToken)args[1]!)
            : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);

    private async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        await _inner.RemoveAsync(id, cancellation);
    }
}
