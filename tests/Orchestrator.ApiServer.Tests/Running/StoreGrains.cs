using System.Reflection;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>
/// A grain factory that knows the grains of objects, and nodes that have looked at one container. A proxy, because the
/// engine's interface is wide and differs by engine.
/// </summary>
public class StoreGrains : DispatchProxy
{
    private IObjectStore _store = null!;
    private Queue<Exception> _troubles = null!;

    /// <summary>The factory over a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="troubles">What happens to calls before they reach a grain, in turn.</param>
    public static IGrainFactory Over(IObjectStore store, Queue<Exception> troubles)
    {
        var factory = Create<IGrainFactory, StoreGrains>();
        var self = (StoreGrains)(object)factory;
        (self._store, self._troubles) = (store, troubles);
        return factory;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.ReturnType == typeof(INodeGrain) ? new CountingNode()
        : args?.OfType<string>().FirstOrDefault() is { } key
            ? new StoreGrain(ObjectKey.Parse(key), _store, _troubles)
            : throw new NotSupportedException($"{targetMethod} is not needed here");
}
