namespace Orchestrator.Tidy.Tests;

/// <summary>What a rule has against the text, told all at once.</summary>
internal static class Findings
{
    public static void None(IEnumerable<string> findings)
    {
        var found = findings.ToList();
        Assert.True(found.Count == 0, $"{found.Count} findings:\n{string.Join('\n', found)}");
    }
}
