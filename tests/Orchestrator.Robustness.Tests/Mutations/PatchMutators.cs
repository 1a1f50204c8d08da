using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Patches that say what cannot be, or say it under another name.</summary>
internal static class PatchMutators
{
    private static readonly string[] Types =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml", "application/apply-patch+cbor", "application/json", "application/yaml", "",
        "application/JSON-Patch+json; charset=utf-16", "text/plain",
    ];

    private static readonly string[] Steps =
    [
        """{"op":"fly","path":"/a"}""", """{"op":"add","path":"a","value":1}""",
        """{"op":"add","path":"/a/b/c","value":1}""",
        """{"op":"add","path":"","value":null}""", """{"op":"add","path":"","value":[]}""",
        """{"op":"remove","path":""}""",
        """{"op":"remove","path":"/metadata"}""", """{"op":"remove","path":"/kind"}""",
        """{"op":"add","path":"/spec"}""",
        """{"op":"move","from":"/metadata","path":"/metadata/labels"}""",
        """{"op":"copy","from":"","path":"/metadata/x"}""",
        """{"op":"move","from":"/nothing","path":"/x"}""", """{"op":"test","path":"/a/b","value":1}""",
        """{"op":"test","path":"/metadata/name","value":"other"}""",
        """{"op":"replace","path":"/apiVersion","value":"v9"}""",
        """{"op":"replace","path":"/metadata/uid","value":"x"}""",
        """{"op":"add","path":"/metadata/finalizers/-1","value":"x"}""",
        """{"op":"add","path":"/metadata/labels/~2","value":"x"}""",
        """{"op":"replace","path":"/metadata/name","value":"x"}""",
        """{"op":"add","path":"/metadata/managedFields","value":[{"fieldsV1":7}]}""", """{"op":null,"path":null}""",
        """{"op":"add","path":"/metadata/managedFields","value":[{"manager":"m","operation":"Apply","fieldsV1":{"f:x":[]}}]}""",
        """{"op":"add","path":"/metadata/ownerReferences","value":[{"uid":5}]}""", "null", "7", "[]", "{}", "\"x\"",
        """{"op":"add","op":"remove","path":"/metadata/labels"}""", """{"op":"add","path":3,"value":1}""",
        """{"op":"add","path":"/involvedObject","path":"/regarding","value":1}""",
        """{"op":"copy","from":{},"path":"/x"}""",
    ];

    private static readonly string[] Merges =
    [
        """{"$patch":"explode"}""", """{"$patch":3}""", """{"$patch":"delete"}""", """{"$patch":"replace"}""",
        """{"metadata":{"$patch":"replace"}}""", """{"metadata":null}""", """{"spec":null}""", """{"metadata":[]}""",
        """{"spec":{"$setElementOrder/containers":"x"}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"c"},7]}}""",
        """{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"x"}],"containers":[{"name":"c"}]}}}}""",
        """{"spec":{"containers":[{"$patch":"delete"}]}}""", """{"spec":{"containers":[{"name":null,"image":"x"}]}}""",
        """{"spec":{"containers":[null]}}""", """{"spec":{"containers":[[]]}}""",
        """{"spec":{"containers":{"name":"x"}}}""",
        """{"spec":{"template":{"spec":{"containers":[{"$patch":"replace"},{"name":"a"}]}}}}""",
        """{"spec":{"ports":[{}]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":{}}}""", """{"metadata":{"finalizers":{"a":1}}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":[{}],"finalizers":["x"]}}""", """{"$retainKeys":5}""",
        """{"metadata":{"$retainKeys":["a"],"labels":{"x":"y"}}}""",
        """{"metadata":{"$setElementOrder/finalizers":[1]}}""",
        """{"metadata":{"labels":{"$patch":"replace","a":1}}}""", """{"metadata":{"name":"x"}}""", "null", "[]", "7",
        "\"x\"",
        """{"metadata":{"resourceVersion":"1"}}""", """{"metadata":{"uid":"x"}}""", """{"status":7}""", """{"$":{}}""",
        """{"metadata":{"managedFields":[{}]}}""", """{"apiVersion":"v9","kind":"Other"}""",
        """{"regarding":1,"regarding":2}""",
        """{"metadata":{"deletionTimestamp":"2020-01-01T00:00:00Z"}}""",
        """{"metadata":{"ownerReferences":[{"uid":""}]}}""",
    ];

    public static Mutator[] All { get; } =
    [
        new("another patch type", Fits, (message, dice) => message.Header("Content-Type", dice.Of(Types))),
        new("steps that cannot be", Fits, (message, dice) => message.With(Some(dice, Steps), Types[0])),
        new("a merge that cannot be", Fits, (message, dice) => message.With(dice.Of(Merges), dice.Of(Types[1..3]))),
        new("an apply that cannot be", Fits, (message, dice) => message.With(dice.Of(Merges), Types[3])
            .Param("fieldManager", dice.Of(["me", "", "x%00", new string('m', 129)]))),
        new("an apply of half an object", Fits, (message, dice) => message.With(
            $$"""{"apiVersion":"{{dice.Of(["v1", "apps/v1", "v9"])}}","kind":"{{message.Kind}}","metadata":{{dice.Of(["{}", "null", "7", "{\"name\":7}"])}},"spec":{{dice.Of(Merges)}}}""",
            Types[3])),
        new("force", Fits, (message, dice) => message.Param("force", dice.Of(["true", "false", "maybe", ""]))),
    ];

    private static bool Fits(Message message) => message.Method == "PATCH";

    private static string Some(Dice dice, string[] steps) =>
        $"[{string.Join(',', Enumerable.Range(0, 1 + dice.Below(3)).Select(_ => dice.Of(steps)))}]";
}
