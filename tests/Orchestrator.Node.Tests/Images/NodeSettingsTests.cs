using System.Text;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Images;

namespace Orchestrator.Nodes.Tests.Images;

public sealed class NodeSettingsTests
{
    [Fact]
    public void Settings_have_the_names_of_the_kubelet()
    {
        var settings = Parse("""
            {
              "imageGCHighThresholdPercent": 90, "imageGCLowThresholdPercent": 70, // both
              "imageMinimumGCAge": "3m", "imageMaximumGCAge": "24h", "imagePullProgressDeadline": "90s",
              "maxParallelImagePulls": 2, "containerLogMaxSize": "1Mi", "containerLogMaxFiles": 3,
              "maximumDeadContainers": 100, "registryMirrors": { "docker.io": ["m.example:5000/hub"] },
            }
            """);
        var node = settings.Applied(new NodeAgentOptions { NodeName = "n" });
        (node.Images.Limits.HighPercent, node.Images.Limits.LowPercent).ShouldBe((90, 70));
        (node.Images.Limits.AgeMin, node.Images.Limits.UnusedMax, node.Images.PullSilenceMax).ShouldBe(
            (TimeSpan.FromMinutes(3), TimeSpan.FromDays(1), TimeSpan.FromSeconds(90)));
        (node.ConcurrentPullsMax, node.Housekeeping.DeadContainers.Max).ShouldBe((2, 100));
        node.Images.Mirrors.ReferencesFor(RepositoryName.Of("a:1")).ShouldBe(["m.example:5000/hub/library/a:1"]);
        var docker = settings.Applied(new DockerOptions());
        (docker.LogMaxBytes, docker.LogMaxFiles).ShouldBe((1L << 20, 3));
    }

    [Fact]
    public void Nothing_said_is_as_if_everything_usual_were_said()
    {
        var sample = Path.Combine(Root(), "config", "node.json");
        var (said, unsaid) = (NodeSettings.Parse(File.ReadAllBytes(sample)), Parse("{}"));
        (said with { Images = said.Images with { Mirrors = RegistryMirrors.None } })
            .ShouldBe(unsaid with { Images = unsaid.Images with { Mirrors = RegistryMirrors.None } });
        (unsaid.LogMaxBytes, unsaid.LogMaxFiles).ShouldBe((10L << 20, 5));
        unsaid.ShouldBe(new NodeSettings());
    }

    [Theory]
    [InlineData("""{"imageGcHigh": 1}""", "imageGcHigh")]
    [InlineData("""{"imageGCHighThresholdPercent": 101}""", "imageGCHighThresholdPercent is 101")]
    [InlineData("""{"imageGCHighThresholdPercent": 80}""", "imageGCLowThresholdPercent has to be less")]
    [InlineData("""{"imageMinimumGCAge": "2"}""", "imageMinimumGCAge is \"2\": expected a time such as 90s")]
    [InlineData("""{"containerLogMaxSize": "big"}""", "containerLogMaxSize is \"big\": expected a size such as 10Mi")]
    [InlineData("""{"containerLogMaxFiles": 1}""", "containerLogMaxFiles is 1")]
    [InlineData("""{"registryMirrors": {"*": ["nohost/x"]}}""", "\"nohost/x\" is no mirror")]
    [InlineData("{", "no JSON")]
    public void What_cannot_be_is_refused_with_the_reason(string file, string expected) =>
        Should.Throw<FormatException>(() => Parse(file)).Message.ShouldContain(expected);

    private static NodeSettings Parse(string file) => NodeSettings.Parse(Encoding.UTF8.GetBytes(file));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.Orchestrator.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
