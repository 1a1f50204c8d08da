using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Content;

/// <summary>Which objects of a collection a request is about.</summary>
internal sealed class Selection(
    Kind kind, IReadOnlyList<LabelRequirement> labels, IReadOnlyList<FieldRequirement> fields)
{
    /// <summary>Every object.</summary>
    public bool IsAll { get; } = labels.Count == 0 && fields.Count == 0;

    /// <summary>Reads the selectors of the query; a path that names an object selects it.</summary>
    /// <exception cref="ApiException">400: a selector is none, or on a field that cannot be selected by.</exception>
    public static Selection Read(ApiRequest request)
    {
        var fields = FieldSelectors.Parse(request.Kind, request.Query.Text("fieldSelector"));
        if (request.Path.Name is { } name) fields = [.. fields, new FieldRequirement("metadata.name", true, name)];
        return new(request.Kind, LabelSelectors.Parse(request.Query.Text("labelSelector")), fields);
    }

    /// <summary>The object is selected.</summary>
    public bool Matches(ApiObject obj) =>
        IsAll || (labels.Matches(obj.Metadata.Labels) && fields.Matches(kind, obj));
}
