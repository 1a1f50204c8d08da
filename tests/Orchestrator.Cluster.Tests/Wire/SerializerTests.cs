using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Grains.Nodes;
using Orleans;
using Orleans.Serialization;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>What goes from silo to silo arrives as it was sent.</summary>
public sealed class SerializerTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddEngineServices().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    /// <summary>
    /// Made as the product makes them: with collection expressions, whose types the compiler invents.
    /// </summary>
    public static TheoryData<string, object> Messages => new()
    {
        { "a refusal", ApiException.NotFound(Pod.Kind, "web") },
        { "a refusal with causes", ApiException.Invalid(
            Pod.Kind, "web", [FieldError.Invalid("spec.a", 1, "is wrong"), FieldError.Invalid("spec.b", 2, "too")]) },
        { "a refusal with one cause", new ApiException(403, "Forbidden", "no",
            new StatusDetails("web", "", "pods", [new StatusCause("R", "m", "f")])) },
        { "trouble", ApiException.Unavailable("not now", 7) },
        { "details", new StatusDetails(
            "web", "apps", "deployments", [new StatusCause("R", "m"), new StatusCause("S", "n", "f")], 3, "uid") },
        { "a cause", new StatusCause("R", "m", "f") },
        { "a reason", new ReasonRecord(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "uid", "key", "Bound",
            "because", "{}") },
        { "options", new WriteOptions(true, "kubectl", "Strict", "admin") },
        { "a patch", new PatchRequest("application/merge-patch+json", [1, 2, 3], "status", true) },
        { "a deletion", new DeleteRequest
        {
            GracePeriodSeconds = 5, PropagationPolicy = "Orphan", Uid = "u", ResourceVersion = "7", DryRun = true
        } },
        { "a result", new WriteResult(Filled(), true, true, ["careful"]) },
        { "a result with warnings", new WriteResult(Given.Deployment("web", 3), Warnings: ["one", "two"]) },
        { "a pulse", new NodePulse(true, true, "well") },
        { "looks at a container", new ProbeCounter
        {
            Namespace = "default", Pod = "web-0", PodUid = "u", Container = "c", ProbeType = "Liveness",
            Result = "failed", Count = 7,
        } },
        { "where a node runs", new NodePlacement() },
        { "a registration with a machine", new NodeRegistration(
            "unix:///run/docker.sock", "10.0.0.1", Given.Map(("a", "b")), "one") },
        { "a registration", new NodeRegistration("simulated://", "127.0.0.1", Given.Map(("a", "b"))) },
    };

    public void Dispose() => _services.Dispose();

    [Theory, MemberData(nameof(Messages))]
    public void A_message_arrives_as_it_was_sent(string what, object message)
    {
        var arrived = Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(message));
        Assert.True(message.GetType() == arrived.GetType(), what);
        Assert.Equivalent(Facts(message), Facts(arrived), strict: true);
    }

    [Fact]
    public void Every_message_of_the_product_is_among_them()
    {
        var tested = Messages.Select(row => row[1].GetType()).ToHashSet();
        var declared = new[] { typeof(ApiObject).Assembly, typeof(IObjectGrain).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));
        Assert.Empty(declared.Except(tested));
    }

    [Fact]
    public void Objects_of_every_kind_arrive_as_they_were_sent()
    {
        foreach (var kind in KindRegistry.All)
        {
            var sent = ApiJson.Read(kind,
                """{"metadata":{"name":"a","labels":{"x":"y"},"creationTimestamp":"2026-01-02T03:04:05Z"}}"""u8);
            var arrived = Serializer.Deserialize<ApiObject>(Serializer.SerializeToArray(sent));
            Assert.Equal(sent.GetType(), arrived.GetType());
            Assert.Equal(ApiJson.Write(sent), ApiJson.Write(arrived));
        }
        Assert.Equal(ApiJson.Write(Filled()),
            ApiJson.Write(Serializer.Deserialize<Pod>(Serializer.SerializeToArray(Filled()))));
    }

    [Fact]
    public void A_part_of_an_object_arrives_as_well()
    {
        var status = Filled().Status;
        var arrived = Serializer.Deserialize<PodStatus>(Serializer.SerializeToArray(status));
        Assert.True(ApiJson.AreSame(status, arrived));
    }

    [Fact]
    public void Inside_a_silo_an_object_is_not_copied()
    {
        var pod = Filled();
        Assert.Same(pod, _services.GetRequiredService<DeepCopier>().Copy<ApiObject>(pod));
        Assert.Same(pod.Status, _services.GetRequiredService<DeepCopier>().Copy(pod.Status));
    }

    internal static object Facts(object message) => message switch
    {
        ApiException refusal => (refusal.Code, refusal.Reason, refusal.Message, refusal.Details),
        WriteResult result => (ApiJson.Write(result.Object), result.IsCreated, result.IsRemoved, result.Warnings),
        _ => message,
    };

    private static Pod Filled() => Given.Pod("web", labels: ("app", "web")) with
    {
        Status = new()
        {
            Phase = "Running",
            StartTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Conditions = [new() { Type = "Ready", Status = "True" }],
            ContainerStatuses = [new() { Name = "main", RestartCount = 1, State = new() { Running = new() } }],
        },
    };
}
