using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class ChoicesTests
{
    // record | property | path in a pod
    public static TheoryData<string, string, string> Cases => new()
    {
        { nameof(PodSpec), nameof(PodSpec.RestartPolicy), "spec.restartPolicy" },
        { nameof(PodSpec), nameof(PodSpec.PreemptionPolicy), "spec.preemptionPolicy" },
        { nameof(Container), nameof(Container.ImagePullPolicy), "spec.containers[0].imagePullPolicy" },
        { nameof(Container), nameof(Container.TerminationMessagePolicy),
            "spec.containers[0].terminationMessagePolicy" },
        { nameof(SecurityContext), nameof(SecurityContext.ProcMount), "spec.containers[0].securityContext.procMount" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void What_is_declared_is_what_is_accepted(string record, string property, string path)
    {
        var values = Declared(record, property);
        values.Count.ShouldBeGreaterThan(1);
        foreach (var value in values) Given.Errors(Given.Pod($"{path}=\"{value}\"")).ShouldBe("", value);
        var shown = string.Join(", ", values.Select(value => $"\"{value}\""));
        Given.Errors(Given.Pod($"{path}=\"Other\""))
            .ShouldBe($"{path}: Unsupported value: \"Other\": supported values: {shown}");
    }

    [Fact]
    public void A_property_without_values_has_none() => Should.Throw<ArgumentException>(
        () => Choices.Of<PodSpec>(nameof(PodSpec.NodeName))).Message.ShouldContain("PodSpec.NodeName");

    private static IReadOnlyList<string> Declared(string record, string property) => record switch
    {
        nameof(PodSpec) => Choices.Of<PodSpec>(property),
        nameof(Container) => Choices.Of<Container>(property),
        _ => Choices.Of<SecurityContext>(property),
    };
}
