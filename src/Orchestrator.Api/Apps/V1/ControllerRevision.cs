using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1;

/// <summary>One stored revision of the template of a controller.</summary>
public sealed record ControllerRevision : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ControllerRevision> Kind { get; } = new("apps/v1", "ControllerRevision", "controllerrevisions");

    public JsonElement? Data { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Revision { get; init; }
}
