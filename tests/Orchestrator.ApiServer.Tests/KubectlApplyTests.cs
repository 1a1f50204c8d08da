using System.Text.RegularExpressions;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>What is applied again as it was changes nothing, for every kind, and kubectl says so.</summary>
public sealed partial class KubectlApplyTests(SecureApi secure) : IClassFixture<SecureApi>
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "Samples/kinds.yaml");

    // kubectl sends these again whatever they are, to every server: a selector that is replaced as a whole, and a list
    // of claims in which it takes each default for a change.
    private static readonly string[] AlwaysSent = ["poddisruptionbudget.policy/sample", "statefulset.apps/sample"];

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task What_is_applied_twice_is_unchanged(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        using var kubectl = new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
        await kubectl.RunAsync($"apply -f {Samples}");
        var before = await VersionsAsync(kubectl);
        var again = Outcomes(await kubectl.RunAsync($"apply -f {Samples}"));
        again.Where(outcome => outcome.Value != "unchanged").Select(outcome => outcome.Key)
            .ShouldBe(AlwaysSent, ignoreOrder: true);
        again.Count.ShouldBe(KindRegistry.All.Count);
        (await VersionsAsync(kubectl)).ShouldBe(before);
        await kubectl.RunAsync($"diff -f {Samples}");
    }

    [Fact]
    public void There_is_a_sample_of_every_kind()
    {
        var sampled = Sample().Matches(File.ReadAllText(Samples))
            .Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}");
        KindRegistry.All.Select(kind => $"{kind.ApiVersion} {kind.Name}").Except(sampled).ShouldBeEmpty();
    }

    private static Task<string> VersionsAsync(Kubectl kubectl) => kubectl.RunAsync(
        $"get -f {Samples} -o jsonpath={{.items[*].metadata.resourceVersion}}");

    private static Dictionary<string, string> Outcomes(string said) => Outcome().Matches(said)
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    [GeneratedRegex(@"(?m)^(\S+/\S+) (created|configured|unchanged)$")]
    private static partial Regex Outcome();

    [GeneratedRegex(@"(?m)^apiVersion: (\S+)\nkind: (\S+)$")]
    private static partial Regex Sample();
}
