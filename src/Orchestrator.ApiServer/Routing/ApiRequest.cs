using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Content;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Routing;

/// <summary>One request for objects: where, by whom, and what it takes as an answer.</summary>
internal sealed class ApiRequest(HttpContext http, ResourcePath path, ApiUser user)
{
    private Accepted? _accepted;

    public HttpContext Http { get; } = http;

    public ResourcePath Path { get; } = path;

    public ApiUser User { get; } = user;

    public Kind Kind => Path.Kind;

    public IQueryCollection Query => Http.Request.Query;

    public CancellationToken Aborted => Http.RequestAborted;

    // Streams and answers to questions have shapes of their own; objects, their lists and their scales have tables.
    public Accepted Accepted => _accepted ??= Accepted.Read(
        Http.Request, shapes: Kind.Verbs.Contains("get")
            && Path.Subresource is ("" or "status" or "scale" or "finalize" or "approval" or "ephemeralcontainers"
                or "resize"));

    /// <summary>It writes the spec or a part of it, so what of it is not acted on is to be said.</summary>
    public bool ConcernsSpec => Path.Subresource is "" or "ephemeralcontainers" or "resize";

    /// <summary>What the user must be allowed to do.</summary>
    public AccessQuestion Question() => new(Verb)
    {
        Group = Kind.Group,
        Resource = Kind.Plural,
        Subresource = Path.Subresource,
        Namespace = Path.Namespace ?? "",
        Name = Path.Name ?? "",
    };

    private string Verb => Http.Request.Method switch
    {
        "GET" or "HEAD" => Path.Subresource.Length == 0 && (Path.IsWatch || Query.Flag("watch") == true) ? "watch"
            : Path.Name is null ? "list" : "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => Path.Name is null ? "deletecollection" : "delete",
        var other => other.ToLowerInvariant(),
    };

    /// <summary>The options of a write, all of them checked.</summary>
    public WriteOptions WriteOptions(string optionsKind) => new(
        Query.DryRun(optionsKind), Http.Request.FieldManager(optionsKind), Validation(optionsKind).ToString(),
        User.Name);

    /// <summary>What is done about unknown fields.</summary>
    public FieldValidation Validation(string optionsKind) =>
        FieldValidations.Parse(Query.Text("fieldValidation"), optionsKind);
}
