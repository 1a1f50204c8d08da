using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;

namespace Orchestrator.Robustness.Tests.Requests;

/// <summary>
/// What real clients send: every verb on every kind, in every form of body, and what there is beside the kinds. Each of
/// them succeeds as it stands; the bad ones are made of these.
/// </summary>
internal sealed class ValidRequests
{
    /// <summary>The name of the objects that are there.</summary>
    public const string Kept = "kept";

    private const string Fresh = "fresh";
    private const string TableAccept =
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    private ValidRequests(IReadOnlyList<Message> seed, IReadOnlyList<Message> all) => (Seed, All) = (seed, all);

    /// <summary>They make one object of each kind; the others are about those.</summary>
    public IReadOnlyList<Message> Seed { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Message> All { get; }

    public static ValidRequests Make()
    {
        var seed = KindRegistry.All.Where(kind => !IsView(kind))
            .Select(kind => Create(kind, Kept) is var (path, body) ? Message.Post(path, body.ToJsonString()) : null)
            .OfType<Message>().ToList();
        return new(seed, [.. KindRegistry.Served.SelectMany(Of), .. Beside()]);
    }

    private static IEnumerable<Message> Of(Kind kind)
    {
        var list = PathOf(kind);
        var item = $"{list}/{Samples.NameOf(kind, Kept)}";
        if (kind.Verbs.Contains("list")) foreach (var read in Reads(kind, list, item)) yield return read;
        if (Create(kind, Fresh) is not var (path, body)) yield break;
        foreach (var message in Bodies(Message.Post(path, "").Param("dryRun", "All"), kind, body)) yield return message;
        if (!kind.Verbs.Contains("patch")) yield break;
        body = Samples.Of(kind, Kept)!;
        // A lease is replaced by its version only, a job with the selector that was made for it, and a pod with its
        // service account.
        if (!kind.UpdateNeedsVersion && kind.Name is not ("Job" or "Pod"))
        {
            yield return (Message.Get(item) with { Method = "PUT", Kind = kind.Name }).Param("dryRun", "All")
                .With(body.ToJsonString());
        }
        foreach (var message in Patches(kind, item)) yield return message;
        yield return (Message.Get(item) with { Method = "DELETE" }).With(
            """{"propagationPolicy":"Background","gracePeriodSeconds":0,"dryRun":["All"]}""");
        yield return (Message.Get(list) with { Method = "DELETE" }).Param("dryRun", "All")
            .Param("labelSelector", "app%3Dnone");
    }

    private static IEnumerable<Message> Reads(Kind kind, string list, string item)
    {
        yield return Message.Get(list).Param("limit", "500").Header("Accept", TableAccept);
        yield return Message.Get(list).Param("labelSelector", "app%20in%20(a,b),!gone")
            .Param("fieldSelector", "metadata.name%3Dkept");
        if (!kind.Verbs.Contains("watch")) yield break;
        yield return Message.Get(item).Header("Accept", "application/yaml");
        yield return Message.Get(item).Header("Accept",
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1").Param("pretty", "true");
        yield return Message.Get(list).Param("watch", "1").Param("timeoutSeconds", "1")
            .Param("allowWatchBookmarks", "true");
    }

    private static IEnumerable<Message> Bodies(Message bare, Kind kind, JsonObject body)
    {
        bare = bare with { Kind = kind.Name };
        yield return bare.With(body.ToJsonString()).Param("fieldValidation", "Strict")
            .Param("fieldManager", "kubectl-create");
        yield return bare.With(BlockYaml.Of(body), "application/yaml");
        if (Binary.Of(body) is { } binary) yield return bare.With(binary, Binary.MediaType);
    }

    private static IEnumerable<Message> Patches(Kind kind, string item)
    {
        var bare = (Message.Get(item) with { Method = "PATCH", Kind = kind.Name }).Param("dryRun", "All");
        yield return bare.With("""[{"op":"add","path":"/metadata/labels/a","value":"b"}]""",
            "application/json-patch+json");
        yield return bare.With("""{"metadata":{"labels":{"a":"b","c":null}}}""", "application/merge-patch+json");
        yield return bare.With("""{"metadata":{"annotations":{"a":"b","$retainKeys":["a"]}}}""",
            "application/strategic-merge-patch+json");
        yield return bare.With(
            $$$"""{"apiVersion":"{{{kind.ApiVersion}}}","kind":"{{{kind.Name}}}","metadata":{"name":"{{{Samples.NameOf(kind, Kept)}}}","labels":{"x":"y"} } }""",
            "application/apply-patch+yaml").Param("fieldManager", "me").Param("force", "true");
        foreach (var part in kind.Subresources.Where(part => part.Verbs.Contains("get") && part.Name != "proxy"
            && part.Name is "status" or "scale"))
        {
            yield return Message.Get($"{item}/{part.Name}");
            yield return (Message.Get($"{item}/{part.Name}") with { Method = "PATCH" }).Param("dryRun", "All")
                .With("""{"metadata":{"annotations":{"a":"b"}}}""", "application/merge-patch+json");
        }
    }

    private static IEnumerable<Message> Beside()
    {
        const string Pod = $"/api/v1/namespaces/default/pods/{Kept}";
        foreach (var path in (string[])["/api", "/apis", "/api/v1", "/apis/apps", "/apis/apps/v1", "/version", "/livez",
            "/healthz", "/openapi/v3", "/openapi/v3/apis/apps/v1", "/readyz/ping", "/", "/openid/v1/jwks",
            "/api/v1/nodes/node-1/proxy/healthz", "/api/v1/nodes/node-1/proxy/pods"])
        {
            yield return Message.Get(path);
        }
        yield return Message.Get("/apis").Header("Accept",
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json");
        yield return Message.Post($"{Pod}/eviction",
            $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{Kept}}}"},"deleteOptions":{"dryRun":["All"]}}""");
        yield return Message.Post($"/api/v1/namespaces/default/serviceaccounts/{Kept}/token",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""");
        yield return (Message.Get($"/apis/apps/v1/namespaces/default/deployments/{Kept}/scale") with { Method = "PUT" })
            .Param("dryRun", "All").With(
                $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"{{{Kept}}}","namespace":"default"},"spec":{"replicas":0}}""");
        yield return Message.Get("/api/v1/namespaces/default/configmaps").Header("Impersonate-User", "jane")
            .Header("Impersonate-Group", "developers");
    }

    // What becomes an error by itself is not valid, so the pod's own streams are not here but among the paths to add.
    private static (string Path, JsonObject Body)? Create(Kind kind, string name) =>
        Samples.Of(kind, name) is { } body && kind.Verbs.Contains("create") ? (PathOf(kind), body) : null;

    private static bool IsView(Kind kind) => !ReferenceEquals(kind.Stored, kind);

    private static string PathOf(Kind kind)
    {
        var root = kind.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.ApiVersion}";
        return kind.IsNamespaced ? $"{root}/namespaces/default/{kind.Plural}" : $"{root}/{kind.Plural}";
    }
}
