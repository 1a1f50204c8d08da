using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// A runtime between the node and the real one, that fails as a test says: it is asked at each call, and gives an
/// answer of its own, or null to let the call through.
/// </summary>
public class FaultyRuntime : DispatchProxy
{
    private IContainerRuntime _inner = null!;

    /// <summary>Name of the call and its arguments → the answer in place of the engine's, or null.</summary>
    public Func<string, object?[], object?> Fault { get; set; } = (_, _) => null;

    public static (IContainerRuntime Runtime, FaultyRuntime Faults) Around(IContainerRuntime inner)
    {
        var runtime = Create<IContainerRuntime, FaultyRuntime>();
        var faults = (FaultyRuntime)(object)runtime;
        faults._inner = inner;
        return (runtime, faults);
    }

    /// <summary>A refusal in the engine's words.</summary>
    public static Task Refusal(string message, int code = 500) =>
        Task.FromException(new RuntimeRefusedException(code, message));

    /// <summary>A refusal of a call that answers with something.</summary>
    public static Task<T> Refusal<T>(string message, int code = 500) =>
        Task.FromException<T>(new RuntimeRefusedException(code, message));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Fault(targetMethod!.Name, args ?? []) is { } answer) return answer;
        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException thrown)
        {
            ExceptionDispatchInfo.Throw(thrown.InnerException!);
            throw;
        }
    }
}
