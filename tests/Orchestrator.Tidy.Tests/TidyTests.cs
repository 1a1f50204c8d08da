using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestrator.Tidy.Tests;

/// <summary>Guards the text itself: sizes, names, references between projects, and pages that must stay true.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 500;
    private const int MethodLinesMax = 70;
    private const int LineLengthMax = 120;

    private static readonly string[] BannedWords = ["Manager", "Helper", "Info", "Data", "Processor", "Utils"];

    // Names of the wire: Kubernetes calls its schema so.
    private static readonly string[] WireNames = ["NodeSystemInfo"];

    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Orleans.Local"] = [],
        ["Orchestrator.Api"] = [],
        ["Orchestrator.Reconcilers"] = ["Orchestrator.Api"],
        ["Orchestrator.Storage"] = ["Orchestrator.Api"],
        ["Orchestrator.Node"] = ["Orchestrator.Api", "Orchestrator.Reconcilers"],
        ["Orchestrator.Grains"] =
            ["Orchestrator.Api", "Orchestrator.Reconcilers", "Orchestrator.Storage", "Orchestrator.Node"],
        ["Orchestrator.ApiServer"] =
            ["Orchestrator.Api", "Orchestrator.Grains", "Orchestrator.Storage", "Orchestrator.Node"],
        ["Orchestrator.Host"] =
            ["Orchestrator.Api", "Orchestrator.Reconcilers", "Orchestrator.Storage", "Orchestrator.Node",
                "Orchestrator.Grains", "Orchestrator.ApiServer", "Orchestrator.Simulation"],
        ["Orchestrator.Simulation"] =
            ["Orchestrator.Api", "Orchestrator.Reconcilers", "Orchestrator.Storage", "Orchestrator.Node",
                "Orchestrator.Grains"],
    };

    [Fact]
    public void A_file_is_read_in_a_sitting() => Findings.None(
        from source in Sources.All
        let lines = File.ReadAllLines(Path.Combine(Sources.Root, source.Path)).Length
        where lines > FileLinesMax
        select $"{source.Path}: {lines} lines, at most {FileLinesMax}");

    [Fact]
    public void A_method_fits_on_a_screen() => Findings.None(
        from source in Sources.All
        from method in source.Tree.GetRoot().DescendantNodes()
            .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax)
        let lines = Sources.Lines(method)
        where lines > MethodLinesMax
        select $"{source.Path}: {NameOf(method)} has {lines} lines, at most {MethodLinesMax}");

    [Fact]
    public void A_line_fits_the_window() => Findings.None(
        from source in Sources.All
        from line in source.Tree.GetText().Lines
        where line.Span.Length > LineLengthMax && !Sources.IsMostlyOneLiteral(source.Tree, line)
        select $"{source.Path}:{line.LineNumber + 1}: {line.Span.Length} characters, at most {LineLengthMax}");

    [Fact]
    public void Type_names_say_what_a_thing_is() => Findings.None(
        from source in Sources.All
        where source.Path.StartsWith("src/Orchestrator.", StringComparison.Ordinal)
        from type in source.Tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where !WireNames.Contains(name) && BannedWords.Any(word => name.EndsWith(word, StringComparison.Ordinal))
        select $"{source.Path}: {name} ends in a word that says nothing");

    [Fact]
    public void Grains_have_no_conditional_code() => Findings.None(
        from source in Sources.All
        where source.Path.StartsWith("src/Orchestrator.", StringComparison.Ordinal)
        from line in File.ReadAllLines(Path.Combine(Sources.Root, source.Path))
        where line.TrimStart().StartsWith("#if", StringComparison.Ordinal)
        select $"{source.Path}: {line}");

    [Fact]
    public void Public_types_are_explained() => Findings.None(
        from source in Sources.All
        where source.Path.StartsWith("src/Orchestrator.", StringComparison.Ordinal)
        from type in source.Tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where type.Modifiers.Any(modifier => modifier.Text == "public") && type.Parent is not BaseTypeDeclarationSyntax
        where !type.GetLeadingTrivia().ToString().Contains("///", StringComparison.Ordinal)
        select $"{source.Path}: {type.Identifier.Text} has no docstring");

    [Fact]
    public void Projects_reference_only_what_the_layout_allows() => Findings.None(
        from project in Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "*.csproj",
            SearchOption.AllDirectories)
        let name = Path.GetFileNameWithoutExtension(project)
        from reference in ReferencePattern().Matches(File.ReadAllText(project)).Select(match => match.Groups[1].Value)
        where !MayReference[name].Contains(reference)
        select $"{name} references {reference}");

    [Fact]
    public void Every_path_the_pages_name_exists() => Findings.None(
        from page in new[] { "README.md", "src/ARCHITECTURE.md", "docs/cluster.md", "docs/simulation.md" }
        from match in PathPattern().Matches(File.ReadAllText(Path.Combine(Sources.Root, page)))
        let path = match.Groups[1].Value
        where !File.Exists(Path.Combine(Sources.Root, path)) && !Directory.Exists(Path.Combine(Sources.Root, path))
        select $"{page} names {path}, which is not there");

    private static string NameOf(Microsoft.CodeAnalysis.SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        _ => node.Kind().ToString(),
    };

    [GeneratedRegex("ProjectReference Include=\"\\.\\./([^/]+)/")]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"`((?:src|tests|config|deploy|docs)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex PathPattern();
}
