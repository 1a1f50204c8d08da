using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;

namespace Orchestrator.Unit.Tests.Patching;

/// <summary>Short forms for tests of patches.</summary>
internal static class PatchCases
{
    public static JsonObject Tree(string json) => (JsonObject)JsonTrees.Parse(Encoding.UTF8.GetBytes(json))!;

    public static string Patched(Kind kind, string current, string type, string patch)
    {
        var before = Tree(current);
        var result = Patches.Apply(kind, before, type, Encoding.UTF8.GetBytes(patch));
        JsonTrees.ToText(before).ShouldBe(JsonTrees.ToText(Tree(current)), "the current tree must stay as it was");
        return JsonTrees.ToText(result);
    }

    public static string OfPod(string current, string patch) =>
        Patched(Pod.Kind, current, Patches.StrategicType, patch);

    public static string OfDeployment(string current, string patch) =>
        Patched(Deployment.Kind, current, Patches.StrategicType, patch);
}
