using System.Text;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.Decoding;

public sealed class ObjectDecoderTests
{
    private const string Prefix = "Deployment in version \"v1\" cannot be handled as a Deployment: ";

    [Theory]
    [InlineData("""{"spec":{"foo":1}}""", "unknown field \"spec.foo\"")]
    [InlineData("""{"spec":{"replicas":1,"replicas":2}}""", "duplicate field \"spec.replicas\"")]
    [InlineData("""{"spec":{"foo":1,"replicas":1,"replicas":2}}""",
        "unknown field \"spec.foo\"|duplicate field \"spec.replicas\"")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"a"},{"foo":{}}]}}}}""",
        "unknown field \"spec.template.spec.containers[1].foo\"")]
    [InlineData("""{"metadata":{"labels":{"a":"1","a":"2"}}}""", "duplicate field \"metadata.labels.a\"")]
    [InlineData("""{"Spec":{}}""", "unknown field \"Spec\"")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"kind":"x"}}""", "unknown field \"spec.kind\"")]
    public void Unknown_and_duplicate_fields_are_named(string json, string problems)
    {
        var expected = problems.Split('|');
        Decode(json, FieldValidation.Warn).Warnings.ShouldBe(expected);
        Decode(json, FieldValidation.Ignore).Warnings.ShouldBeEmpty();
        Refused.With(400, $"{Prefix}strict decoding error: {string.Join(", ", expected)}",
            () => Decode(json, FieldValidation.Strict));
    }

    [Theory]
    [InlineData("""{"spec":{"replicas":"3"}}""",
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":1.5}}""",
        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":1e2}}""",
        "json: cannot unmarshal number 1e2 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":3000000000}}""",
        "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"paused":"true"}}""",
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool")]
    [InlineData("""{"spec":[]}""",
        "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""",
        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("""{"metadata":{"labels":"x"}}""",
        "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{}}}}}""",
        "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}}}""",
        "json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32")]
    [InlineData("""{"spec":{"strategy":{"rollingUpdate":{"maxSurge":true}}}}""",
        "json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}}}""",
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (spec.template.spec.containers[0].resources.limits.cpu)")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""",
        "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" (metadata.creationTimestamp)")]
    [InlineData("""{"metadata":{"creationTimestamp":"2026-01-01"}}""",
        "parsing time \"2026-01-01\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"2026-01-01\" (metadata.creationTimestamp)")]
    public void Wrong_types_are_refused_in_every_mode(string json, string why)
    {
        Refused.With(400, Prefix + why, () => Decode(json, FieldValidation.Ignore));
        Refused.With(400, Prefix + why, () => Decode(json, FieldValidation.Strict));
    }

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{", "(line 1, position 2)")]
    [InlineData("{\n  \"a\": }", "(line 2, position 8)")]
    [InlineData("{} x", "(line 1, position 4)")]
    [InlineData("[]", "json: cannot unmarshal array into Go value of type struct")]
    [InlineData("null", "json: cannot unmarshal null into Go value of type struct")]
    [InlineData("\"x\"", "json: cannot unmarshal string")]
    public void What_is_no_object_is_refused_with_its_place(string json, string part)
    {
        var refusal = Refused.By(() => Decode(json, FieldValidation.Warn));
        refusal.Code.ShouldBe(400);
        refusal.Message.ShouldStartWith(
            "the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; ");
        refusal.Message.ShouldContain(part);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var json = $$"""{"x":{{new string('[', 5000)}}{{new string(']', 5000)}}}""";
        Refused.By(() => Decode(json, FieldValidation.Ignore)).Code.ShouldBe(400);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"Pod"}""",
        "the API version in the data (v1) does not match the expected API version (apps/v1)")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"ReplicaSet"}""",
        "ReplicaSet in version \"v1\" cannot be handled as a Deployment: the kind in the data (ReplicaSet) does not match the expected kind (Deployment)")]
    public void Another_type_is_refused(string json, string why) =>
        Refused.With(400, why, () => Decode(json, FieldValidation.Warn));

    [Theory]
    [InlineData("""{"spec":{"replicas":3}}""")]
    [InlineData("""{"apiVersion":"","kind":"","spec":{"replicas":3}}""")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":3}}""")]
    public void The_type_may_be_left_out(string json) =>
        ((Deployment)Decode(json, FieldValidation.Strict).Object).Spec.Replicas.ShouldBe(3);

    [Fact]
    public void Null_means_absent()
    {
        var decoded = Decode("""
            {"metadata":{"name":"web","creationTimestamp":null,"generation":null,"labels":null},
             "spec":{"replicas":null,"paused":null,"selector":null,
             "template":{"metadata":{"labels":{"a":null}},"spec":{"containers":[null,{"name":"c","ports":null,"tty":null}]}}},
             "status":null}
            """, FieldValidation.Strict);
        var deployment = (Deployment)decoded.Object;
        deployment.Metadata.Name.ShouldBe("web");
        deployment.Spec.Replicas.ShouldBeNull();
        deployment.Spec.Template.Metadata.Labels["a"].ShouldBe("");
        deployment.Spec.Template.Spec.Containers.Select(container => container.Name).ShouldBe(["", "c"]);
    }

    [Fact]
    public void Bad_base64_is_refused()
    {
        var json = """{"data":{"k":"a$b"}}"""u8.ToArray();
        Refused.With(
            400, "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 1 (data.k)",
            () => ObjectDecoder.Decode(Secret.Kind, json, FieldValidation.Ignore));
    }

    [Fact]
    public void What_a_patch_left_is_answered_with_422()
    {
        var tree = JsonTrees.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"foo":1}}"""u8)!;
        Refused.With(
            422, "Deployment.apps \"web\" is invalid: patch: Invalid value: \"{\\\"spec\\\":{\\\"foo\\\":1}}\": "
            + "strict decoding error: unknown field \"spec.foo\"",
            () => ObjectDecoder.DecodePatched(
                Deployment.Kind, "web", tree, """{"spec":{"foo":1}}"""u8, FieldValidation.Strict));
        ObjectDecoder.DecodePatched(Deployment.Kind, "web", tree, "{}"u8, FieldValidation.Warn)
            .Warnings.ShouldBe(["unknown field \"spec.foo\""]);
    }

    [Fact]
    public void Field_validation_is_one_of_three_words()
    {
        FieldValidations.Parse(null).ShouldBe(FieldValidation.Warn);
        FieldValidations.Parse("Strict").ShouldBe(FieldValidation.Strict);
        Refused.By(() => FieldValidations.Parse("strict")).Message.ShouldEndWith(
            "fieldValidation: Unsupported value: \"strict\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
    }

    // A whole pod with one to three bytes changed: it decodes or it is refused, and nothing else.
    [Fact]
    public void Mutated_bodies_are_decoded_or_refused()
    {
        var source = Encoding.UTF8.GetBytes(Bodies.Pod);
        ObjectDecoder.Decode(Pod.Kind, source, FieldValidation.Strict).Warnings.ShouldBeEmpty();
        var chance = new Random(20260102);
        var (decoded, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var json = Bodies.Mutated(source, chance);
            try
            {
                ObjectDecoder.Decode(Pod.Kind, json, (FieldValidation)(round % 3));
                decoded++;
            }
            catch (ApiException e) when (e.Code == 400)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"round {round}: {e.GetType().Name} {e.Message}\n{Encoding.UTF8.GetString(json)}");
            }
        }
        decoded.ShouldBeGreaterThan(500);
        refused.ShouldBeGreaterThan(500);
    }

    private static Decoded Decode(string json, FieldValidation mode) =>
        ObjectDecoder.Decode(Deployment.Kind, Encoding.UTF8.GetBytes(json), mode);
}
