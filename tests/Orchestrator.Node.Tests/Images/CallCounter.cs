using System.Collections.Concurrent;
using System.Reflection;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>Stands before a runtime and counts what it is asked.</summary>
public class CallCounter : DispatchProxy
{
    private IContainerRuntime _inner = null!;

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    public static (IContainerRuntime Runtime, CallCounter Counter) Before(IContainerRuntime inner)
    {
        var runtime = Create<IContainerRuntime, CallCounter>();
        var counter = (CallCounter)(object)runtime;
        counter._inner = inner;
        return (runtime, counter);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Calls.AddOrUpdate(targetMethod!.Name, 1, (_, count) => count + 1);
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
