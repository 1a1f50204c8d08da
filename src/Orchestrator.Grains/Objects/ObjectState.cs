using Orchestrator.Api.Meta;

namespace Orchestrator.Grains.Objects;

/// <summary>What an object grain stores: the object, or nothing. After a removal it holds the last state.</summary>
public sealed class ObjectState
{
    /// <summary>The object, its resourceVersion set.</summary>
    public ApiObject? Object { get; set; }
}
