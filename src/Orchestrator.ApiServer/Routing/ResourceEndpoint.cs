using System.Collections.Frozen;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Pods;
using Orchestrator.ApiServer.Streams;
using Orchestrator.ApiServer.Watches;

namespace Orchestrator.ApiServer.Routing;

/// <summary>Finds by method and path what is to be done to objects.</summary>
internal sealed class ResourceEndpoint(
    ListHandler lists, WatchHandler watches, GetHandler gets, CreateHandler creates, UpdateHandler updates,
    PatchHandler patches, DeleteHandler deletes, ScaleHandler scales, PodActions pods, LogHandler logs,
    StreamHandler streams, TokenRequestHandler tokens, IEnumerable<IVirtualKind> virtuals)
{
    private readonly FrozenDictionary<Kind, IVirtualKind> _virtuals = virtuals
        .SelectMany(answers => answers.Kinds.Select(kind => KeyValuePair.Create(kind, answers))).ToFrozenDictionary();

    public Task AnswerAsync(ApiRequest request)
    {
        var path = request.Path;
        var method = request.Http.Request.Method;
        if (_virtuals.TryGetValue(request.Kind, out var answers)) return answers.AnswerAsync(request);
        if (method == "GET" && path.Subresource.Length == 0 && (path.IsWatch || request.Query.Flag("watch") == true))
        {
            return watches.AnswerAsync(request);
        }
        return (path.Name, path.Subresource) switch
        {
            (null, _) => CollectionAsync(request, method),
            (_, "") => ObjectAsync(request, method),
            (_, "scale") => ScaleAsync(request, method),
            (_, "log") when method == "GET" => logs.AnswerAsync(request),
            (_, "token") when method == "POST" => tokens.AnswerAsync(request),
            (_, "exec") when method is "GET" or "POST" => streams.ExecAsync(request),
            (_, "attach") when method is "GET" or "POST" => streams.AttachAsync(request),
            (_, "portforward") when method is "GET" or "POST" => streams.ForwardAsync(request),
            (_, "binding") when method == "POST" => pods.BindAsync(request),
            (_, "eviction") when method == "POST" => pods.EvictAsync(request),
            (_, "status" or "finalize" or "approval" or "ephemeralcontainers" or "resize") =>
                PartAsync(request, method),
            _ => throw Refusals.MethodNotAllowed(),
        };
    }

    private Task CollectionAsync(ApiRequest request, string method)
    {
        // Objects of a namespaced kind are made and purged in a namespace; only lists go over all of them.
        var isOverAll = request.Kind.IsNamespaced && request.Path.Namespace is null;
        return method switch
        {
            "GET" => lists.AnswerAsync(request),
            "POST" when !isOverAll => creates.AnswerAsync(request),
            "DELETE" when !isOverAll => deletes.AnswerCollectionAsync(request),
            _ => throw Refusals.MethodNotAllowed(),
        };
    }

    private Task ObjectAsync(ApiRequest request, string method) => method switch
    {
        "GET" => gets.AnswerAsync(request),
        "PUT" => updates.AnswerAsync(request),
        "PATCH" => patches.AnswerAsync(request),
        "DELETE" => deletes.AnswerAsync(request),
        _ => throw Refusals.MethodNotAllowed(),
    };

    private Task PartAsync(ApiRequest request, string method)
    {
        var verb = method switch { "GET" => "get", "PUT" => "update", "PATCH" => "patch", _ => "" };
        var sub = request.Kind.Subresources.First(sub => sub.Name == request.Path.Subresource);
        if (!sub.Verbs.Contains(verb)) throw Refusals.MethodNotAllowed();
        return ObjectAsync(request, method);
    }

    private Task ScaleAsync(ApiRequest request, string method) => method switch
    {
        "GET" => scales.GetAsync(request),
        "PUT" => scales.PutAsync(request),
        "PATCH" => scales.PatchAsync(request),
        _ => throw Refusals.MethodNotAllowed(),
    };
}
