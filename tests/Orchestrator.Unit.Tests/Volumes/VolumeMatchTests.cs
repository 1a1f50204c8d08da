using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Unit.Tests.Volumes;

public sealed class VolumeMatchTests
{
    // why | claim | volumes | the one it gets
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "one that fits", "c", "a", "a" },
        { "nothing there", "c", "", "" },
        { "too small", "c:size=2Gi", "a", "" },
        { "exactly as large", "c:size=2Gi", "a:size=2Gi", "a" },
        { "the smallest that fits", "c:size=2Gi", "a:size=9Gi b:size=3Gi d:size=1Gi", "b" },
        { "of equals the first by name", "c", "b a", "a" },
        { "fewer modes before smaller size", "c", "a:modes=RWO,ROX b:size=5Gi", "b" },
        { "all modes are needed", "c:modes=RWO,ROX", "a b:modes=RWO,ROX,RWX", "b" },
        { "a mode it does not have", "c:modes=RWX", "a", "" },
        { "its class", "c:class=x", "a b:class=x d:class=y", "b" },
        { "no class is the class without a name", "c:class=", "a:class=x b", "b" },
        { "none said is no class either", "c", "a:class=x b:class=", "b" },
        { "labels", "c:label=v", "a b:is=v d:is=w", "b" },
        { "block and files do not mix", "c:block", "a b:block", "b" },
        { "only what is available", "c", "a:phase=Pending b:phase=Released d:phase=Failed", "" },
        { "a volume that is being deleted", "c", "a:del", "" },
        { "another claim's", "c", "a:of=other b:for=other", "" },
        { "kept for it by name, however large", "c", "a b:for=c:size=9Gi", "b" },
        { "kept for it and not available yet", "c", "a b:for=c:phase=Pending", "b" },
        { "kept for it and too small", "c:size=2Gi", "b:for=c", "" },
        { "its own, as a pass before left it", "c", "a b:of=c", "b" },
        { "that of an earlier claim of its name", "c", "b:of=c:uid=old", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Finds(string why, string claim, string volumes, string expected) =>
        (VolumeMatch.Best(GivenStorage.Claim(claim), GivenStorage.Volumes(volumes), null)?.Metadata.Name ?? "")
            .ShouldBe(expected, why);

    [Theory]
    [InlineData("a:node=n2 b:size=2Gi:node=n1", "b", "a node that does not have it cannot use it")]
    [InlineData("a:for=c:node=n2 b:node=n1", "", "what is kept for it and elsewhere keeps it from here")]
    [InlineData("a:size=2Gi b:node=n1", "b", "everywhere counts as here")]
    public void The_node_matters_when_it_is_known(string volumes, string expected, string why) =>
        (VolumeMatch.Best(GivenStorage.Claim("c"), GivenStorage.Volumes(volumes), GivenStorage.Node("n1"))?
            .Metadata.Name ?? "").ShouldBe(expected, why);

    [Fact]
    public void Who_waits_takes_only_what_is_kept_for_it()
    {
        VolumeMatch.Best(GivenStorage.Claim("c"), GivenStorage.Volumes("a"), null, onlyKept: true).ShouldBeNull();
        VolumeMatch.Best(GivenStorage.Claim("c"), GivenStorage.Volumes("a b:for=c"), null, onlyKept: true)!
            .Metadata.Name.ShouldBe("b");
    }

    [Theory]
    [InlineData("c:size=2Gi", "v", "requested PV is too small")]
    [InlineData("c:class=x", "v", "storageClassName does not match")]
    [InlineData("c:block", "v", "incompatible volumeMode")]
    [InlineData("c:modes=RWX", "v", "incompatible accessMode")]
    [InlineData("c", "v:del", "the volume is marked for deletion \"v\"")]
    [InlineData("c", "v", null)]
    public void What_is_named_must_fit(string claim, string volume, string? expected) =>
        VolumeMatch.Mismatch(GivenStorage.Claim(claim), GivenStorage.Volume(volume)).ShouldBe(expected);
}
