using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestrator.Tidy.Tests;

/// <summary>
/// Every behaviour that users rely on has a number, A1 and on for the scope and B1 and on for the fine print; those of
/// pods come first. Each of these has a test whose name begins with it: <c>A6_…</c>, <c>B11_…</c>; a test of two begins
/// <c>A10_B24_…</c>.
/// </summary>
public sealed partial class CoverageTests
{
    private const int ScopeOfPods = 14;
    private const int FinePrintOfPods = 25;
    private const int ScopeMax = 20;
    private const int FinePrintMax = 59;

    [Fact]
    public void Every_behaviour_of_pods_has_a_test()
    {
        var tested = Tests().SelectMany(Numbers).ToHashSet(StringComparer.Ordinal);
        Findings.None(Enumerable.Range(1, ScopeOfPods).Select(number => $"A{number}")
            .Concat(Enumerable.Range(1, FinePrintOfPods).Select(number => $"B{number}"))
            .Where(number => !tested.Contains(number)).Select(number => $"no test is named {number}_…"));
    }

    [Fact]
    public void Every_number_in_a_test_s_name_is_one_of_them() => Findings.None(
        from test in Tests()
        from number in Numbers(test)
        let max = number[0] == 'A' ? ScopeMax : FinePrintMax
        where int.Parse(number.AsSpan(1)) is var at && (at < 1 || at > max)
        select $"{test}: {number} is the number of no behaviour");

    // A method that nobody runs proves nothing.
    private static IEnumerable<string> Tests() =>
        from source in Sources.All
        where source.Path.StartsWith("tests/", StringComparison.Ordinal)
        from method in source.Tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(
            attribute => TestAttributePattern().IsMatch(attribute.Name.ToString()))
        select method.Identifier.Text;

    private static IEnumerable<string> Numbers(string test) =>
        NumbersPattern().Match(test).Groups[1].Captures.Select(capture => capture.Value);

    [GeneratedRegex("(?:Fact|Theory)$")]
    private static partial Regex TestAttributePattern();

    [GeneratedRegex(@"^(?:([AB]\d+)_)+")]
    private static partial Regex NumbersPattern();
}
