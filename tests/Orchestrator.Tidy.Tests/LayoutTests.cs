using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestrator.Tidy.Tests;

/// <summary>
/// Guards what stands beside the code: the pages, the solution, the bans, and the machine it was written on.
/// </summary>
public sealed partial class LayoutTests
{
    private static readonly string[] PureProjects = ["Orchestrator.Reconcilers", "Orchestrator.Grains"];

    // Measuring needs fixed spans of time; a test waits for a condition with a deadline.
    private const string Measuring = "tests/Benchmarks/";

    [Fact]
    public void Every_kind_is_in_the_readme()
    {
        var registered = Registered();
        var listed = KindListPattern().Match(Sources.Text("README.md")).Groups[1].Value
            .Split([',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        Assert.NotEmpty(registered);
        Findings.None(registered.Except(listed).Select(kind => $"README.md does not list {kind}")
            .Concat(listed.Except(registered).Select(kind => $"README.md lists {kind}, which is not registered")));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Sources.Text("Orleans.Orchestrator.sln").Replace('\\', '/');
        Findings.None(
            from project in Sources.Paths
            where project.EndsWith(".csproj", StringComparison.Ordinal)
            where !solution.Contains($"\"{project}\"", StringComparison.Ordinal)
            select $"Orleans.Orchestrator.sln lacks {project}");
    }

    [Fact]
    public void Pure_code_is_built_with_the_bans() => Findings.None(
        from project in PureProjects
        where !Sources.Text($"src/{project}/{project}.csproj")
            .Contains("<AdditionalFiles Include=\"../../config/build/BannedSymbols.txt\"", StringComparison.Ordinal)
        select $"{project} is built without config/build/BannedSymbols.txt");

    [Fact]
    public void Tests_wait_for_conditions_and_not_for_time() => Findings.None(
        from source in Sources.All
        where source.Path.StartsWith("tests/", StringComparison.Ordinal)
        where !source.Path.StartsWith(Measuring, StringComparison.Ordinal)
        from call in source.Tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call.Expression.ToString() is var name && name.EndsWith("Thread.Sleep", StringComparison.Ordinal)
            || name.EndsWith("Task.Delay", StringComparison.Ordinal) && IsFixed(call.ArgumentList.Arguments)
        select $"{source.Path}: {call}");

    [Fact]
    public void Nothing_is_left_for_later() => Findings.None(
        from path in Sources.Paths
        from line in Sources.Numbered(path)
        where LaterPattern().IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void No_file_knows_the_machine_it_was_written_on() => Findings.None(
        from path in Sources.Paths
        from line in Sources.Numbered(path)
        where MachinePattern().IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}");

    private static HashSet<string> Registered()
    {
        var registry = Sources.All.Single(source => source.Path == "src/Orchestrator.Api/Meta/KindRegistry.cs");
        return [.. registry.Tree.GetRoot().DescendantNodes().OfType<CollectionExpressionSyntax>().First().Elements
            .Select(element => element.ToString().Split('.')[^2])];
    }

    // A clock as the second argument is a virtual one: no time passes.
    private static bool IsFixed(IReadOnlyList<ArgumentSyntax> arguments) =>
        arguments.Count == 1 && FixedSpanPattern().IsMatch(arguments[0].ToString());

    [GeneratedRegex(@"(?m)^Kinds: ([^.]*)\.")]
    private static partial Regex KindListPattern();

    [GeneratedRegex(@"^(?:\d|TimeSpan\.From\w+\(\d)")]
    private static partial Regex FixedSpanPattern();

    [GeneratedRegex(@"\b(?:TO[D]O|FIX[M]E)\b")]
    private static partial Regex LaterPattern();

    [GeneratedRegex(@"(?<![\w.$}])/(?:w[t]|wor[k]|home/[a-z])/")]
    private static partial Regex MachinePattern();
}
