using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>The part of a custom object that all objects share.</summary>
internal sealed record BareObject : ApiObject;
