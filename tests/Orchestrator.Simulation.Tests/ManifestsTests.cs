using Orchestrator.Api.Meta;

namespace Orchestrator.Simulations.Tests;

public sealed class ManifestsTests
{
    [Fact]
    public void Documents_and_lists_are_read_in_their_order()
    {
        const string text = """
            apiVersion: v1
            kind: Namespace
            metadata: { name: team }
            ---
            # nothing here
            ---
            apiVersion: v1
            kind: List
            items:
            - { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
            - { apiVersion: v1, kind: ConfigMap, metadata: { name: b, namespace: team } }
            """;
        Assert.Equal(
            ["/namespaces//team", "/configmaps/default/a", "/configmaps/team/b"],
            Manifests.Read(text).Select(obj => KindRegistry.KeyOf(obj).ToString()));
    }

    [Fact]
    public void A_kind_that_is_not_served_is_refused_by_name()
    {
        var refused = Assert.Throws<ApiException>(() => Manifests.Read("{ apiVersion: x/v1, kind: Thing }"));
        Assert.Contains("Thing", refused.Message, StringComparison.Ordinal);
    }
}
