using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Networking.V1.Validation;

/// <summary>What holds for Ingresses.</summary>
internal static class IngressValidation
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";
    private static readonly IReadOnlyList<string> PathTypes =
        Choices.Of<HTTPIngressPath>(nameof(HTTPIngressPath.PathType));
    private static readonly string[] PathParts = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] PathEnds = ["/..", "/."];

    public static IReadOnlyList<FieldError> Check(Ingress ingress, Ingress? old)
    {
        if (old is not null && ReferenceEquals(ingress.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], ingress.Spec);
        if (spec.Rules.Count == 0 && spec.DefaultBackend is null)
            at.Invalid(new List<object>(), "either `defaultBackend` or `rules` must be specified");
        if (spec.DefaultBackend is { } backend) CheckBackend(at["defaultBackend"], backend);
        for (var i = 0; i < spec.Rules.Count; i++) CheckRule(at["rules"][i], spec.Rules[i]);
        for (var i = 0; i < spec.Tls.Count; i++) CheckTls(at["tls"][i], spec.Tls[i]);
        if (spec.IngressClassName is not { } name) return errors.Found;
        at["ingressClassName"].Invalid(name, NameRules.DnsSubdomain(name));
        if (old is null && ingress.Metadata.Annotations.TryGetValue(ClassAnnotation, out var annotated)
            && annotated != name)
        {
            errors["annotations"][ClassAnnotation].Invalid(
                annotated, "must match `ingressClassName` when both are specified");
        }
        return errors.Found;
    }

    /// <summary>A reference to an object beside the one that holds it.</summary>
    public static void CheckReference(FieldErrors at, string? group, string? kind, string? name)
    {
        if (group is not null) at["apiGroup"].Invalid(group, NameRules.DnsSubdomain(group));
        if (string.IsNullOrEmpty(kind)) at["kind"].Required();
        else at["kind"].Invalid(kind, NameRules.PathSegment(kind));
        if (string.IsNullOrEmpty(name)) at["name"].Required();
        else at["name"].Invalid(name, NameRules.PathSegment(name));
    }

    private static void CheckRule(FieldErrors at, IngressRule rule)
    {
        if (rule.Host is { Length: > 0 } host)
        {
            if (!NameRules.IpAddress(host).Any()) at["host"].Invalid(host, "must be a DNS name, not an IP address");
            CheckHost(at["host"], host);
        }
        if (rule.Http is not { } http) return;
        var paths = at["http"]["paths"];
        if (http.Paths.Count == 0) paths.Required();
        for (var i = 0; i < http.Paths.Count; i++) CheckPath(paths[i], http.Paths[i]);
    }

    private static void CheckHost(FieldErrors at, string host) =>
        at.Invalid(host, host.Contains('*') ? NameRules.WildcardSubdomain(host) : NameRules.DnsSubdomain(host));

    private static void CheckPath(FieldErrors at, HTTPIngressPath rule)
    {
        if (rule.PathType is not { } type)
        {
            at["pathType"].Required("pathType must be specified");
            return;
        }
        var (path, isAbsolute) = (rule.Path ?? "", rule.Path?.StartsWith('/') == true);
        switch (type)
        {
            case "Exact" or "Prefix":
                if (!isAbsolute) at["path"].Invalid(path, "must be an absolute path");
                foreach (var part in PathParts.Where(path.Contains))
                    at["path"].Invalid(path, $"must not contain '{part}'");
                foreach (var end in PathEnds.Where(path.EndsWith)) at["path"].Invalid(path, $"cannot end with '{end}'");
                break;
            case "ImplementationSpecific":
                if (path.Length > 0 && !isAbsolute) at["path"].Invalid(path, "must be an absolute path");
                break;
            default:
                at["pathType"].NotSupported(type, PathTypes);
                break;
        }
        CheckBackend(at["backend"], rule.Backend);
    }

    private static void CheckBackend(FieldErrors at, IngressBackend backend)
    {
        switch (backend)
        {
            case { Resource: not null, Service: not null }:
                at.Invalid("", "cannot set both resource and service backends");
                break;
            case { Resource: { } resource }:
                CheckReference(at["resource"], resource.ApiGroup, resource.Kind, resource.Name);
                break;
            case { Service: { } service }:
                CheckService(at, service);
                break;
            default:
                at.Invalid("", "resource or service backend is required");
                break;
        }
    }

    private static void CheckService(FieldErrors at, IngressServiceBackend service)
    {
        var (name, port) = (at["service"]["name"], service.Port);
        if (service.Name.Length == 0) name.Required();
        else name.Invalid(service.Name, NameRules.Dns1035Label(service.Name));
        switch (port)
        {
            case { Name.Length: > 0, Number: not 0 }:
                at.Invalid("", "cannot set both port name & port number");
                break;
            case { Name.Length: > 0 }:
                at["service"]["port"]["name"].Invalid(port.Name, NameRules.PortName(port.Name));
                break;
            case { Number: not 0 }:
                at["service"]["port"]["number"].Invalid(port.Number, NameRules.PortNumber(port.Number));
                break;
            default:
                at.Required("port name or number is required");
                break;
        }
    }

    private static void CheckTls(FieldErrors at, IngressTLS tls)
    {
        for (var i = 0; i < tls.Hosts.Count; i++) CheckHost(at["hosts"][i], tls.Hosts[i]);
        if (tls.SecretName is { Length: > 0 } secret) at["secretName"].Invalid(secret, NameRules.DnsSubdomain(secret));
    }
}
