using System.Reflection;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>
/// A grain factory that knows one grain. A proxy, because the engine's interface is wide and differs by engine.
/// </summary>
public class StoreGrains : DispatchProxy
{
    private IObjectStore _store = null!;

    /// <summary>The factory over a store.</summary>
    public static IGrainFactory Over(IObjectStore store)
    {
        var factory = Create<IGrainFactory, StoreGrains>();
        ((StoreGrains)(object)factory)._store = store;
        return factory;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args?.OfType<string>().FirstOrDefault() is { } key
            ? new StoreGrain(ObjectKey.Parse(key), _store)
            : throw new NotSupportedException($"{targetMethod} is not needed here");
}
