using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1;

/// <summary>One stored revision of the template of a controller.</summary>
public sealed record ControllerRevision : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ControllerRevision> Kind { get; } = new("apps/v1", "ControllerRevision", "controllerrevisions")
    {
        Columns =
        [
            Cells.Name<ControllerRevision>(),
            new("Controller", "string", (revision, _) => Controller(revision.Metadata)),
            new("Revision", "integer", (revision, _) => revision.Revision),
            Cells.Age<ControllerRevision>(),
        ],
        Validate = Check,
    };

    public JsonElement? Data { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Revision { get; init; }

    // As kubectl names objects: "statefulset.apps/web".
    private static string Controller(ObjectMeta meta)
    {
        if (meta.OwnerReferences.FirstOrDefault(owner => owner.Controller == true) is not { } owner) return "<none>";
        var kind = owner.Kind.ToLowerInvariant();
        var slash = owner.ApiVersion.IndexOf('/');
        return slash < 0 ? $"{kind}/{owner.Name}" : $"{kind}.{owner.ApiVersion[..slash]}/{owner.Name}";
    }

    private static IReadOnlyList<FieldError> Check(ControllerRevision revision, ControllerRevision? old)
    {
        var errors = new FieldErrors();
        if (revision.Data is null or { ValueKind: JsonValueKind.Null }) errors["data"].Required("data is mandatory");
        errors["revision"].CheckNotNegative(revision.Revision);
        if (old?.Data is { } before && revision.Data is { } now && !JsonElement.DeepEquals(before, now))
        {
            errors["data"].Invalid("<revision data>", "field is immutable");
        }
        return errors.Found;
    }
}
