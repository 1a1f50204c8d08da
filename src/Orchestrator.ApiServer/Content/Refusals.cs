using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Content;

/// <summary>
/// Refusals of the front-end itself. The sentences are those of the reference, for clients match them.
/// </summary>
internal static class Refusals
{
    private const string StaleContinue =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        + "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
        + "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
        + "modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    public static ApiException NotAcceptable(string? why = null) =>
        new(406, "NotAcceptable",
            "only the following media types are accepted: application/json, application/yaml" + why);

    public static ApiException UnsupportedMedia(params IEnumerable<string> accepted) =>
        new(415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
            + string.Join(", ", accepted));

    public static ApiException Encoded(string encoding) =>
        new(415, "UnsupportedMediaType",
            $"the body of the request is said to be encoded as \"{encoding}\": send it as it is, without Content-Encoding");

    public static ApiException TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ApiException SlowBody() =>
        new(408, "Timeout", "Timeout: the body of the request did not arrive in time; send it again");

    /// <summary>410: history does not reach back; clients list again.</summary>
    public static ApiException Expired(string why) => new(410, "Expired", why);

    /// <summary>
    /// 410: the page cannot be continued as it was; the answer carries a token that goes on regardless.
    /// </summary>
    public static ApiException ExpiredContinue() => new(410, "Expired", StaleContinue);

    public static ApiException InvalidContinue() =>
        ApiException.BadRequest("continue key is not valid: start a new list without the continue parameter");

    /// <summary>504: the version asked for is not here yet.</summary>
    public static ApiException TooLargeVersion(long asked, long current) =>
        new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}",
            new StatusDetails(null, null, null,
                [new StatusCause("ResourceVersionTooLarge", "Too large resource version")], 1));

    /// <summary>504: the write did not end in time; it may have happened or not.</summary>
    public static ApiException WriteTimedOut(string method, string resource) =>
        new(504, "Timeout", $"Timeout: The {method} operation against {resource} could not be completed at this time, "
            + "please try again.", new StatusDetails(null, null, null, [], 1));

    public static ApiException Internal(string why) => new(500, "InternalError", $"Internal error occurred: {why}");

    /// <summary>422: the query says what cannot be.</summary>
    public static ApiException InvalidOptions(string optionsKind, params IReadOnlyList<FieldError> errors) =>
        Invalid(optionsKind, "meta.k8s.io", "", errors);

    /// <summary>422: something that is no served kind says what cannot be.</summary>
    public static ApiException Invalid(string kind, string group, string name, params IReadOnlyList<FieldError> errors)
    {
        var texts = string.Join(", ", errors.Select(error => error.ToString()));
        var type = group.Length == 0 ? kind : $"{kind}.{group}";
        return new(422, "Invalid",
            $"{type} \"{name}\" is invalid: {(errors.Count == 1 ? texts : $"[{texts}]")}",
            new StatusDetails(name, group, kind,
                [.. errors.Select(error => new StatusCause(error.Reason, error.Detail, error.Field))]));
    }
}
