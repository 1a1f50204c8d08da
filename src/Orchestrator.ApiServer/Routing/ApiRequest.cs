using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
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

    // Subresources have shapes of their own; only objects and their lists have tables.
    public Accepted Accepted => _accepted ??= Accepted.Read(
        Http.Request, shapes: Path.Subresource is "" or "status" or "finalize" or "approval" or "ephemeralcontainers");

    /// <summary>The options of a write, all of them checked.</summary>
    public WriteOptions WriteOptions(string optionsKind) => new(
        Query.DryRun(optionsKind), Http.Request.FieldManager(optionsKind), Validation(optionsKind).ToString(),
        User.Name);

    /// <summary>What is done about unknown fields.</summary>
    public FieldValidation Validation(string optionsKind) =>
        FieldValidations.Parse(Query.Text("fieldValidation"), optionsKind);
}
