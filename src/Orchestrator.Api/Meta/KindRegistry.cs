using System.Collections.Frozen;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Authentication.V1;
using Orchestrator.Api.Authorization.V1;
using Orchestrator.Api.Batch.V1;
using Orchestrator.Api.Certificates.V1;
using Orchestrator.Api.Coordination.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Discovery.V1;
using Orchestrator.Api.Metrics.V1Beta1;
using Orchestrator.Api.Networking.V1;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Api.Rbac.V1;
using Orchestrator.Api.Scheduling.V1;
using Orchestrator.Api.Settings.V1Alpha1;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Api.Meta;

/// <summary>All kinds the product serves, in discovery order.</summary>
public static class KindRegistry
{
    private static readonly FrozenDictionary<(string Group, string Plural), Kind> ByPlural;
    private static readonly FrozenDictionary<Type, Kind> ByType;

    static KindRegistry()
    {
        All =
        [
            Pod.Kind, Namespace.Kind, Core.V1.Node.Kind, ConfigMap.Kind, Secret.Kind, ServiceAccount.Kind, Event.Kind,
            Service.Kind, Endpoints.Kind, PodTemplate.Kind, ReplicationController.Kind, LimitRange.Kind,
            ResourceQuota.Kind, PersistentVolume.Kind, PersistentVolumeClaim.Kind,
            EndpointSlice.Kind, Ingress.Kind, IngressClass.Kind, NetworkPolicy.Kind,
            Deployment.Kind, ReplicaSet.Kind, ControllerRevision.Kind, Lease.Kind, Api.Events.V1.Event.Kind,
            StatefulSet.Kind, DaemonSet.Kind, Job.Kind, CronJob.Kind, Autoscaling.V2.HorizontalPodAutoscaler.Kind,
            Autoscaling.V1.HorizontalPodAutoscaler.Kind, PodDisruptionBudget.Kind, PriorityClass.Kind,
            StorageClass.Kind, Role.Kind, RoleBinding.Kind, ClusterRole.Kind, ClusterRoleBinding.Kind,
            CertificateSigningRequest.Kind, RuntimeClass.Kind, CustomResourceDefinition.Kind, PodPreset.Kind,
        ];
        Virtual =
        [
            SelfSubjectReview.Kind, TokenReview.Kind, LocalSubjectAccessReview.Kind, SelfSubjectAccessReview.Kind,
            SelfSubjectRulesReview.Kind, SubjectAccessReview.Kind, NodeMetrics.Kind, PodMetrics.Kind,
        ];
        Served = [.. All, .. Virtual];
        // Where a group has two versions of a kind, the first is the one that is stored.
        ByPlural = Served.GroupBy(kind => (kind.Group, kind.Plural))
            .ToFrozenDictionary(versions => versions.Key, versions => versions.First());
        ByType = Served.ToFrozenDictionary(kind => kind.Type);
    }

    /// <summary>Every kind whose objects are stored.</summary>
    public static IReadOnlyList<Kind> All { get; }

    /// <summary>The kinds whose objects are made up when they are asked for, and never stored.</summary>
    public static IReadOnlyList<Kind> Virtual { get; }

    /// <summary>All that clients find: the stored kinds, then the virtual ones.</summary>
    public static IReadOnlyList<Kind> Served { get; }

    /// <summary>The kind of a group, version and plural, or null.</summary>
    public static Kind? Find(string group, string version, string plural) =>
        Find(group, plural) is not { } first || first.Version == version
            ? Find(group, plural)
            : All.FirstOrDefault(
                kind => kind.Group == group && kind.Version == version && kind.Plural == plural);

    /// <summary>The kind of a group and plural, or null; of several versions the one that is stored.</summary>
    public static Kind? Find(string group, string plural) => ByPlural.GetValueOrDefault((group, plural));

    /// <summary>The kind of a group and a CamelCase name, or null.</summary>
    public static Kind? FindByName(string group, string name) =>
        All.FirstOrDefault(kind => kind.Group == group && kind.Name == name);

    /// <summary>
    /// The kind of the object a key belongs to. What a user declared is known by its place alone: groups of users are
    /// domains, and the definition may be gone or not be read yet.
    /// </summary>
    public static Kind Of(ObjectKey key) => Find(key.Group, key.Plural)
        ?? (key.Group.Contains('.', StringComparison.Ordinal)
            ? CustomKinds.Nominal(key.Group, key.Plural, key.Namespace.Length > 0)
            : throw new ArgumentException($"no kind is served under {key}", nameof(key)));

    /// <summary>The kind of a record.</summary>
    public static Kind Of(ApiObject obj) => obj is CustomObject custom
        ? custom.Kind ?? throw new ArgumentException($"{obj.Metadata.Name} does not know its kind", nameof(obj))
        : ByType[obj.GetType()];

    /// <summary>The key of an object.</summary>
    public static ObjectKey KeyOf(ApiObject obj) =>
        Of(obj).KeyOf(obj.Metadata.Namespace ?? "", obj.Metadata.Name ?? "");
}
