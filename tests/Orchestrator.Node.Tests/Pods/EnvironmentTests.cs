using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Tests.Pods;

public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "a")]
    [InlineData("x$(A)y$(A)", "xaya")]
    [InlineData("$(NONE)", "$(NONE)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$a")]
    [InlineData("$A ${A} $", "$A ${A} $")]
    [InlineData("$(A", "$(A")]
    [InlineData("$()", "$()")]
    public void Expansion_follows_the_reference(string text, string expected) =>
        Expansion.Expand(text, new Dictionary<string, string> { ["A"] = "a" }).ShouldBe(expected);

    [Fact]
    public void Later_definitions_win_and_see_only_earlier_ones()
    {
        var inputs = Inputs();
        inputs.ConfigMaps["one"] =
            new ConfigMap { Data = new Dictionary<string, string> { ["A"] = "1", ["B"] = "1", ["9bad"] = "x" } };
        inputs.ConfigMaps["two"] = new ConfigMap { Data = new Dictionary<string, string> { ["B"] = "2" } };
        var built = Build(new Container
        {
            Name = "c",
            EnvFrom = [new() { ConfigMapRef = new() { Name = "one" } },
                new() { ConfigMapRef = new() { Name = "two" }, Prefix = "" },
                new() { ConfigMapRef = new() { Name = "two" }, Prefix = "P_" },
                new() { SecretRef = new() { Name = "no", Optional = true } }],
            Env = [new() { Name = "C", Value = "$(D)-$(A)" }, new() { Name = "D", Value = "$(C)" },
                new() { Name = "A", Value = "env" }],
        }, inputs);
        built.Lines.ShouldBe(["A=env", "B=2", "P_B=2", "C=$(D)-1", "D=$(D)-1"]);
        built.Skipped.ShouldBe(
            ["Keys [9bad] from the EnvFrom configMap default/one were skipped since they are considered invalid "
            + "environment variable names."]);
    }

    [Theory]
    [InlineData("metadata.name", "web")]
    [InlineData("metadata.namespace", "default")]
    [InlineData("metadata.labels['app']", "shop")]
    [InlineData("metadata.annotations['none']", "")]
    [InlineData("metadata.labels", "app=\"shop\"")]
    [InlineData("spec.nodeName", "node-1")]
    [InlineData("spec.serviceAccountName", "robot")]
    [InlineData("status.hostIP", "10.9.8.7")]
    [InlineData("status.podIP", "10.0.0.5")]
    public void Fields_are_read(string path, string expected) =>
        FieldReferences.Field(Facts(), path).ShouldBe(expected);

    [Theory]
    [InlineData("limits.cpu", null, "1")]
    [InlineData("limits.cpu", "1m", "250")]
    [InlineData("requests.cpu", "100m", "2")]
    [InlineData("limits.memory", null, "8589934592")]
    [InlineData("limits.memory", "1Mi", "8192")]
    [InlineData("requests.memory", "1Mi", "2")]
    [InlineData("limits.ephemeral-storage", null, "0")]
    public void Resources_round_up_and_fall_back_to_the_node(string resource, string? divisor, string expected)
    {
        var container = new Container
        {
            Name = "c",
            Resources = new()
            {
                Limits = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse("250m") },
                Requests = new Dictionary<string, Quantity>
                {
                    ["cpu"] = Quantity.Parse("150m"),
                    ["memory"] = Quantity.Parse("1500Ki")
                },
            },
        };
        FieldReferences.Resource(Facts(), container, new()
        {
            Resource = resource,
            Divisor = divisor is null ? null : Quantity.Parse(divisor),
        }).ShouldBe(expected);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var inputs = Inputs();
        inputs.ConfigMaps["cfg"] = new ConfigMap();
        Refusal(new() { ConfigMapKeyRef = new() { Name = "no", Key = "k" } }).ShouldBe("configmap \"no\" not found");
        Refusal(new() { ConfigMapKeyRef = new() { Name = "cfg", Key = "k" } })
            .ShouldBe("couldn't find key k in ConfigMap default/cfg");
        Refusal(new() { SecretKeyRef = new() { Name = "no", Key = "k" } }).ShouldBe("secret \"no\" not found");
        Build(One(new() { SecretKeyRef = new() { Name = "no", Key = "k", Optional = true } }), inputs).Lines
            .ShouldBeEmpty();
        inputs.Secrets["s"] =
            new Secret { Data = new Dictionary<string, byte[]> { ["k"] = Encoding.UTF8.GetBytes("v") } };
        Build(One(new() { SecretKeyRef = new() { Name = "s", Key = "k" } }), inputs).Lines.ShouldBe(["V=v"]);

        string Refusal(EnvVarSource source) =>
            Should.Throw<ContainerConfigException>(() => Build(One(source), inputs)).Message;
    }

    private static Container One(EnvVarSource source) =>
        new() { Name = "c", Env = [new() { Name = "V", ValueFrom = source }] };

    private static ContainerEnvironment Build(Container container, TestCluster inputs) =>
        ContainerEnvironment.Build(Facts(), container, inputs);

    private static TestCluster Inputs() =>
        new(() => throw new InvalidOperationException("no engine here"), new NodeAgentOptions { NodeName = "node-1" },
            TimeProvider.System);

    private static PodOnNode Facts() => new(
        new Pod
        {
            Metadata = new()
            {
                Name = "web",
                Namespace = "default",
                Uid = "uid",
                Labels = new Dictionary<string, string> { ["app"] = "shop" }
            },
            Spec = new() { ServiceAccountName = "robot" },
        },
        "node-1", "10.9.8.7", "10.0.0.5", new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse("8Gi") });
}
