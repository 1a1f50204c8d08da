using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Tests.Api;

/// <summary>Claims that come with a pod, as they are written in it.</summary>
public sealed class ClaimTemplateValidationTests
{
    private const string Template = "spec.volumes[0].ephemeral.volumeClaimTemplate";

    // why | the template | what is wrong
    public static TheoryData<string, PersistentVolumeClaimTemplate?, string> Templates => new()
    {
        { "all is said", Of(new()), "" },
        { "with labels and annotations",
            Of(new() { Labels = Map("app", "web"), Annotations = Map("example.com/a", "any thing") }), "" },
        { "nothing is said", null, $"{Template}: Required value" },
        { "no spec", new(), $"{Template}.spec.accessModes: Required value: at least 1 access mode is required\n"
            + $"{Template}.spec.resources[storage]: Required value" },
        { "a name", Of(new() { Name = "mine" }),
            $"{Template}.metadata.name: Forbidden: cannot be set for an ephemeral volume" },
        { "an owner and a finalizer", Of(new() { OwnerReferences = [new() { Uid = "u" }], Finalizers = ["x/y"] }),
            $"{Template}.metadata.ownerReferences: Forbidden: cannot be set for an ephemeral volume\n"
            + $"{Template}.metadata.finalizers: Forbidden: cannot be set for an ephemeral volume" },
        { "a namespace", Of(new() { Namespace = "other" }),
            $"{Template}.metadata.namespace: Forbidden: cannot be set for an ephemeral volume" },
        { "a bad label", Of(new() { Labels = Map("app", "-") }),
            $"{Template}.metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of "
            + "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
            + "'MyValue',  or 'my_value',  or '12345', regex used for validation is "
            + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')" },
        { "a mode that is none", Of(new()) with { Spec = Spec with { AccessModes = ["ReadSometimes"] } },
            $"{Template}.spec.accessModes: Unsupported value: \"ReadSometimes\": supported values: \"ReadOnlyMany\", "
            + "\"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"" },
    };

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_template_is_checked(string why, PersistentVolumeClaimTemplate? template, string wrong) =>
        Errors("web", Own("v", template)).ShouldBe(wrong, why);

    [Fact]
    public void The_name_of_the_claim_must_be_one()
    {
        var pod = new string('p', 250);
        Errors(pod, Own("data", Of(new()))).ShouldBe(
            $"spec.volumes[0].name: Invalid value: \"data\": PVC name \"{pod}-data\": must be no more than 253 bytes");
    }

    [Fact]
    public void A_claim_that_is_made_for_one_volume_is_not_anothers()
    {
        var taken = new Volume { Name = "b", PersistentVolumeClaim = new() { ClaimName = "web-a" } };
        Errors("web", Own("a", Of(new())), taken).ShouldBe(
            "spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: \"web-a\": must not reference a PVC that "
            + "gets created for an ephemeral volume");
        Errors("other", Own("a", Of(new())), taken).ShouldBe("");
    }

    private static PersistentVolumeClaimSpec Spec => new()
    {
        AccessModes = ["ReadWriteOnce"],
        Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = Quantity.Parse("1Gi") } },
    };

    private static PersistentVolumeClaimTemplate Of(ObjectMeta metadata) => new() { Metadata = metadata, Spec = Spec };

    private static Volume Own(string name, PersistentVolumeClaimTemplate? template) =>
        new() { Name = name, Ephemeral = new() { VolumeClaimTemplate = template } };

    private static Dictionary<string, string> Map(string key, string value) => new() { [key] = value };

    private static string Errors(string name, params Volume[] volumes)
    {
        var pod = Pod.Kind.Defaulted(new Pod
        {
            Metadata = new() { Name = name, Namespace = "default" },
            Spec = new() { Volumes = volumes, Containers = [new() { Name = "c", Image = "i" }] },
        });
        return string.Join('\n', Pod.Kind.Check(pod, null).Select(error => $"{error.Field}: {error.Detail}"));
    }
}
