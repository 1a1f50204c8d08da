namespace Orchestrator.Unit.Tests.Decoding;

/// <summary>Bodies for tests that change them at random.</summary>
internal static class Bodies
{
    public const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web","tier":"front"},
        "creationTimestamp":"2026-01-02T03:04:05Z","generation":2,"finalizers":["a/b"],
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"u-1","controller":true}]},
        "spec":{"nodeName":"n1","terminationGracePeriodSeconds":30,"hostNetwork":false,
        "containers":[{"name":"c","image":"nginx:1","command":["a","b"],"ports":[{"containerPort":80,"protocol":"TCP"}],
        "env":[{"name":"A","value":"\u00e9\n"}],"resources":{"limits":{"cpu":"500m","memory":1024}},
        "livenessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":10}}],
        "volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}}],
        "tolerations":[{"key":"k","operator":"Exists","tolerationSeconds":300}]},
        "status":{"phase":"Running","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True"}]}}
        """;

    private static readonly string[] Pieces =
        ["null", "{}", "[]", "\"\\ud800\"", "1e999", "-1", "\"\"", "true", "99999999999999999999", "\"a\":", ",",
            "\u00ff"];

    /// <summary>A copy with one to three places changed.</summary>
    public static byte[] Mutated(byte[] source, Random chance)
    {
        var bytes = source.ToList();
        for (var changes = chance.Next(1, 4); changes > 0; changes--)
        {
            var at = chance.Next(bytes.Count);
            switch (chance.Next(5))
            {
                case 0: bytes[at] = (byte)chance.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(chance.Next(1, 9), bytes.Count - at)); break;
                case 2:
                    bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Pieces[chance.Next(Pieces.Length)]));
                    break;
                default: ReplaceValue(bytes, at, Pieces[chance.Next(Pieces.Length)]); break;
            }
        }
        return [.. bytes];
    }

    // Replaces what follows the next colon up to the next comma, so that most outcomes are JSON still.
    private static void ReplaceValue(List<byte> bytes, int at, string piece)
    {
        var colon = bytes.IndexOf((byte)':', at);
        var comma = colon < 0 ? -1 : bytes.IndexOf((byte)',', colon);
        if (comma < 0) return;
        bytes.RemoveRange(colon + 1, comma - colon - 1);
        bytes.InsertRange(colon + 1, System.Text.Encoding.UTF8.GetBytes(piece));
    }
}
