
namespace Orchestrator.Api.Meta;

/// <summary>
/// A refusal: the caller asked for what cannot be, and may put it right. Rendered as a Kubernetes <c>Status</c>.
/// The factories spell the sentences that clients match word for word.
/// </summary>
/// <param name="code">HTTP status, 400–599.</param>
/// <param name="reason">Machine-readable reason: <c>NotFound</c>, <c>Conflict</c>.</param>
/// <param name="message">What was asked, what stands in the way, what to do.</param>
/// <param name="details">The object and the causes, if they are known.</param>
[GenerateSerializer, Alias("Orchestrator.ApiException")]
public sealed class ApiException(int code, string reason, string message, StatusDetails? details = null)
    : Exception(message)
{
    /// <summary>HTTP status.</summary>
    [Id(0)]
    public int Code { get; } = code;

    /// <summary>Machine-readable reason.</summary>
    [Id(1)]
    public string Reason { get; } = reason;

    /// <summary>The object and the causes.</summary>
    [Id(2)]
    public StatusDetails? Details { get; } = details;

    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(Kind kind, string name) =>
        new(404, "NotFound", $"{kind.Resource} \"{name}\" not found", StatusDetails.Of(kind, name));

    /// <summary>409: the name is taken.</summary>
    public static ApiException AlreadyExists(Kind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.Resource} \"{name}\" already exists", StatusDetails.Of(kind, name));

    /// <summary>409: the caller's version, or another precondition, does not hold any more.</summary>
    public static ApiException Conflict(Kind kind, string name, string why = StaleVersion) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Resource} \"{name}\": {why}",
            StatusDetails.Of(kind, name));

    /// <summary>422: fields are wrong; all of them are listed.</summary>
    public static ApiException Invalid(Kind kind, string name, IReadOnlyList<FieldError> errors)
    {
        var group = kind.Group.Length == 0 ? kind.Name : $"{kind.Name}.{kind.Group}";
        var texts = string.Join(", ", errors.Select(error => error.ToString()));
        var shown = errors.Count == 1 ? texts : $"[{texts}]";
        var causes = errors.Select(error => new StatusCause(error.Reason, error.Detail, error.Field)).ToList();
        return new(422, "Invalid", $"{group} \"{name}\" is invalid: {shown}",
            new StatusDetails(name, kind.Group, kind.Name, causes));
    }

    /// <summary>403: allowed to nobody, or not to this caller.</summary>
    public static ApiException Forbidden(Kind kind, string name, string why) =>
        new(403, "Forbidden", name.Length == 0 ? $"{kind.Resource} is forbidden: {why}"
            : $"{kind.Resource} \"{name}\" is forbidden: {why}", StatusDetails.Of(kind, name));

    /// <summary>400: the request itself makes no sense.</summary>
    public static ApiException BadRequest(string why) => new(400, "BadRequest", why);

    /// <summary>503: not now; try again.</summary>
    public static ApiException Unavailable(string why, int retryAfterSeconds = 1) =>
        new(503, "ServiceUnavailable", why, new StatusDetails(null, null, null, [], retryAfterSeconds));

    private const string StaleVersion =
        "the object has been modified; please apply your changes to the latest version and try again";
}
