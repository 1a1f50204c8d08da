using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;

namespace Orchestrator.Robustness.Tests.Requests;

/// <summary>One whole valid object of every kind, by group and plural; the name is put in where it is used.</summary>
internal static class Samples
{
    private const string Template =
        """
        {"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx",
        "command":["sh","-c","true"],"ports":[{"containerPort":80,"name":"web","protocol":"TCP"}],
        "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
        "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"1Gi"}},
        "volumeMounts":[{"name":"v","mountPath":"/v"}],
        "livenessProbe":{"httpGet":{"path":"/","port":80},"periodSeconds":5}}],
        "volumes":[{"name":"v","emptyDir":{}}],"tolerations":[{"operator":"Exists"}],
        "nodeSelector":{"kubernetes.io/os":"none"},"terminationGracePeriodSeconds":1}}
        """;

    private const string Selector = """ "selector":{"matchLabels":{"app":"a"}} """;
    private const string JobSpec =
        """{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"nginx"}]}}}""";

    private const string Rules = """ "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}]""";
    private const string Binding =
        """
        "subjects":[{"kind":"User","name":"jane","apiGroup":"rbac.authorization.k8s.io"}],
        "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}
        """;

    private const string Happened =
        """
        "reason":"Tried","type":"Normal","action":"Try","reportingInstance":"i","eventTime":"2026-01-01T00:00:00.000000Z"
        """;

    private static readonly Dictionary<(string Group, string Plural), string> Bodies = new()
    {
        [("", "pods")] = Template[(Template.IndexOf("\"spec\"", StringComparison.Ordinal))..^1],
        [("", "namespaces")] = "",
        [("", "nodes")] = """ "spec":{"taints":[{"key":"a","effect":"NoSchedule"}],"unschedulable":true}""",
        [("", "configmaps")] = """ "data":{"k":"v","l":"w"},"binaryData":{"b":"AAEC"}""",
        [("", "secrets")] = """ "type":"Opaque","data":{"k":"dg=="},"stringData":{"l":"w"}""",
        [("", "serviceaccounts")] = """ "automountServiceAccountToken":true""",
        [("", "events")] = $$"""
            "involvedObject":{"kind":"Pod","name":"p","namespace":"default"},"message":"m","reportingComponent":"r.io/c",{{Happened}}
            """,
        [("", "services")] =
            """ "spec":{"selector":{"app":"a"},"ports":[{"name":"web","port":80,"targetPort":"web","protocol":"TCP"}]}""",
        [("", "endpoints")] = """ "subsets":[{"addresses":[{"ip":"10.1.2.3"}],"ports":[{"name":"w","port":80}]}]""",
        [("", "podtemplates")] = $"\"template\":{Template}",
        [("", "replicationcontrollers")] =
            $$""" "spec":{"replicas":1,"selector":{"app":"a"},"template":{{Template}}}""",
        [("", "limitranges")] = """ "spec":{"limits":[{"type":"PersistentVolumeClaim","max":{"storage":"64Ti"}}]}""",
        [("", "resourcequotas")] = """ "spec":{"hard":{"services.nodeports":"9"}}""",
        [("", "persistentvolumes")] =
            """ "spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/tmp"}}""",
        [("", "persistentvolumeclaims")] =
            """ "spec":{"storageClassName":"none","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}""",
        [("discovery.k8s.io", "endpointslices")] =
            """ "addressType":"IPv4","endpoints":[{"addresses":["10.1.2.3"]}],"ports":[{"name":"w","port":80}]""",
        [("networking.k8s.io", "ingresses")] =
            """
            "spec":{"rules":[{"host":"a.example","http":{"paths":[{"path":"/","pathType":"Prefix",
            "backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}
            """,
        [("networking.k8s.io", "ingressclasses")] = """ "spec":{"controller":"example.com/c"}""",
        [("networking.k8s.io", "networkpolicies")] =
            """ "spec":{"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}""",
        [("apps", "deployments")] = $$""" "spec":{"replicas":0,{{Selector}},"template":{{Template}}}""",
        [("apps", "replicasets")] = $$""" "spec":{"replicas":0,{{Selector}},"template":{{Template}}}""",
        [("apps", "statefulsets")] =
            $$""" "spec":{"replicas":0,"serviceName":"s",{{Selector}},"template":{{Template}}}""",
        [("apps", "daemonsets")] = $$""" "spec":{ {{Selector}},"template":{{Template}}}""",
        [("apps", "controllerrevisions")] = """ "revision":1,"data":{"a":{"b":[1,2]}}""",
        [("coordination.k8s.io", "leases")] = """ "spec":{"holderIdentity":"me","leaseDurationSeconds":15}""",
        [("events.k8s.io", "events")] = $$"""
            "regarding":{"kind":"Pod","name":"p","namespace":"default"},"note":"n","reportingController":"r.io/c",{{Happened}}
            """,
        [("batch", "jobs")] = $"\"spec\":{JobSpec}",
        [("batch", "cronjobs")] = $$""" "spec":{"schedule":"0 3 * * *","jobTemplate":{"spec":{{JobSpec}} } }""",
        [("autoscaling", "horizontalpodautoscalers")] =
            """ "spec":{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"kept"}}""",
        [("policy", "poddisruptionbudgets")] = $$""" "spec":{"minAvailable":"50%",{{Selector}}}""",
        [("scheduling.k8s.io", "priorityclasses")] = """ "value":1000,"description":"d" """,
        [("storage.k8s.io", "storageclasses")] = """ "provisioner":"example.com/p","parameters":{"a":"b"}""",
        [("rbac.authorization.k8s.io", "roles")] = Rules,
        [("rbac.authorization.k8s.io", "clusterroles")] = Rules,
        [("rbac.authorization.k8s.io", "rolebindings")] = Binding,
        [("rbac.authorization.k8s.io", "clusterrolebindings")] = Binding,
        [("certificates.k8s.io", "certificatesigningrequests")] =
            $$""" "spec":{"request":"{{SigningRequest()}}","signerName":"example.com/s","usages":["client auth"]}""",
        [("apiextensions.k8s.io", "customresourcedefinitions")] =
            """
            "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"NAMEs","kind":"NAME"},"versions":[{
            "name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{
            "type":"object","properties":{"size":{"type":"integer","default":1}}}}}}}]}
            """,
        [("settings.k8s.io", "podpresets")] = $$""" "spec":{ {{Selector}},"env":[{"name":"A","value":"1"}]}""",
        [("node.k8s.io", "runtimeclasses")] = """ "handler":"runc" """,
        [("authentication.k8s.io", "selfsubjectreviews")] = "",
        [("authentication.k8s.io", "tokenreviews")] = """ "spec":{"token":"the-token"}""",
        [("authorization.k8s.io", "localsubjectaccessreviews")] =
            """ "spec":{"user":"jane","resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}""",
        [("authorization.k8s.io", "selfsubjectaccessreviews")] =
            """ "spec":{"resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}""",
        [("authorization.k8s.io", "selfsubjectrulesreviews")] = """ "spec":{"namespace":"default"}""",
        [("authorization.k8s.io", "subjectaccessreviews")] =
            """ "spec":{"user":"jane","nonResourceAttributes":{"path":"/healthz","verb":"get"}}""",
    };

    /// <summary>A valid object of a kind, or null for kinds that are only read.</summary>
    public static JsonObject? Of(Kind kind, string name)
    {
        if (!Bodies.TryGetValue((kind.Group, kind.Plural), out var rest)) return null;
        if (rest.Length > 0) rest = $",{rest.Replace("NAME", name, StringComparison.Ordinal)}";
        var metadata =
            $$"""{"name":"{{NameOf(kind, name)}}","labels":{"made":"so"},"annotations":{"example.com/a":"1"} }""";
        return JsonNode.Parse(
            $$"""{"apiVersion":"{{kind.ApiVersion}}","kind":"{{kind.Name}}","metadata":{{metadata}}{{rest}}}""")!
            .AsObject();
    }

    /// <summary>What an object is called: definitions say in their names what they define.</summary>
    public static string NameOf(Kind kind, string name) =>
        kind.Plural == "customresourcedefinitions" ? $"{name}s.example.com" : name;

    private static string SigningRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = new CertificateRequest("CN=jane", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
    }
}
