using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Authentication.V1;
using Orchestrator.Api.Authorization.V1;
using Orchestrator.Api.Autoscaling.V1;
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

/// <summary>The JSON shape of the API: camel case, seconds in times, nothing written for what is empty.</summary>
public static class ApiJson
{
    /// <summary>The options all API records are read and written with.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>How JSON maps to a record type.</summary>
    public static JsonTypeInfo TypeInfo(Type type) => Options.GetTypeInfo(type);

    /// <summary>The object as JSON without apiVersion and kind: <c>{"metadata":{…},…}</c>.</summary>
    public static byte[] Write(ApiObject obj) => JsonSerializer.SerializeToUtf8Bytes(obj, TypeInfo(obj.GetType()));

    /// <summary>Reads an object written by <see cref="Write"/>; apiVersion and kind are passed over.</summary>
    public static ApiObject Read(Kind kind, ReadOnlySpan<byte> json) =>
        kind.Owned((ApiObject)JsonSerializer.Deserialize(json, kind.TypeInfo)!);

    /// <summary>
    /// Two records are written the same, so that a reader of the API cannot tell them apart. Maps inside are put in
    /// order, a map by itself is not.
    /// </summary>
    public static bool AreSame<T>(T left, T right) =>
        ReferenceEquals(left, right)
            || WrittenForm.AreSame(left, right, TypeInfo(left is ApiObject ? left.GetType() : typeof(T)));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(ApiJsonContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = ApiJsonContext.Default.WithAddedModifier(LeaveOutEmpty),
        };
        options.Converters.Add(new TimeConverter());
        options.MakeReadOnly();
        return options;
    }

    // The reference drops empty lists, maps and plain strings; a template that spells them out is the same template.
    private static void LeaveOutEmpty(JsonTypeInfo info)
    {
        foreach (var property in info.Properties)
        {
            var isKept = property.AttributeProvider?.IsDefined(typeof(KeepEmptyAttribute), inherit: true) == true;
            if (property.PropertyType == typeof(string))
            {
                if (isKept) continue;
                property.ShouldSerialize = static (_, value) => value is string { Length: > 0 };
            }
            else if (property.PropertyType.IsGenericType && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
            {
                if (property.Get is { } get) property.Get = obj => MapOrder.Of(get(obj));
                if (isKept) continue;
                property.ShouldSerialize = static (_, value) => value switch
                {
                    null => false,
                    ICollection collection => collection.Count > 0,
                    IEnumerable items => items.GetEnumerator().MoveNext(),
                    _ => true,
                };
            }
        }
    }
}

/// <summary>The generated mapping of every record of the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(Core.V1.Node))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(Event), TypeInfoPropertyName = "CoreEvent")]
[JsonSerializable(typeof(Api.Events.V1.Event), TypeInfoPropertyName = "EventsEvent")]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Endpoints))]
[JsonSerializable(typeof(PodTemplate))]
[JsonSerializable(typeof(ReplicationController))]
[JsonSerializable(typeof(LimitRange))]
[JsonSerializable(typeof(ResourceQuota))]
[JsonSerializable(typeof(PersistentVolume))]
[JsonSerializable(typeof(PersistentVolumeClaim))]
[JsonSerializable(typeof(EndpointSlice))]
[JsonSerializable(typeof(Api.Discovery.V1.EndpointPort), TypeInfoPropertyName = "SliceEndpointPort")]
[JsonSerializable(typeof(IReadOnlyList<Api.Discovery.V1.EndpointPort>),
    TypeInfoPropertyName = "IReadOnlyListSliceEndpointPort")]
[JsonSerializable(typeof(NetworkPolicy))]
[JsonSerializable(typeof(Ingress))]
[JsonSerializable(typeof(IngressClass))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(ReplicaSet))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(ControllerRevision))]
[JsonSerializable(typeof(Scale))]
[JsonSerializable(typeof(StatefulSet))]
[JsonSerializable(typeof(DaemonSet))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(CronJob))]
[JsonSerializable(typeof(Autoscaling.V2.HorizontalPodAutoscaler))]
[JsonSerializable(typeof(HorizontalPodAutoscaler), TypeInfoPropertyName = "AutoscalerV1")]
[JsonSerializable(typeof(HorizontalPodAutoscalerSpec), TypeInfoPropertyName = "AutoscalerSpecV1")]
[JsonSerializable(typeof(HorizontalPodAutoscalerStatus), TypeInfoPropertyName = "AutoscalerStatusV1")]
[JsonSerializable(typeof(AnnotationValue))]
[JsonSerializable(typeof(PodDisruptionBudget))]
[JsonSerializable(typeof(PriorityClass))]
[JsonSerializable(typeof(StorageClass))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(RoleBinding))]
[JsonSerializable(typeof(ClusterRole))]
[JsonSerializable(typeof(ClusterRoleBinding))]
[JsonSerializable(typeof(CertificateSigningRequest))]
[JsonSerializable(typeof(RuntimeClass))]
[JsonSerializable(typeof(PodPreset))]
[JsonSerializable(typeof(SelfSubjectReview))]
[JsonSerializable(typeof(TokenReview))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(LocalSubjectAccessReview))]
[JsonSerializable(typeof(SelfSubjectAccessReview))]
[JsonSerializable(typeof(SelfSubjectRulesReview))]
[JsonSerializable(typeof(SubjectAccessReview))]
[JsonSerializable(typeof(NodeMetrics))]
[JsonSerializable(typeof(PodMetrics))]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(CustomObject))]
[JsonSerializable(typeof(BareObject))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
