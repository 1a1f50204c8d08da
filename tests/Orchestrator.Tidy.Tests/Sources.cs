using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Orchestrator.Tidy.Tests;

/// <summary>The project's own text: every C# file of src/ and tests/, parsed once.</summary>
internal static class Sources
{
    private static readonly string[] BuiltFolders = ["/obj/", "/bin/", "/TestResults/", "/BenchmarkDotNet.Artifacts/"];

    public static string Root { get; } = Path.GetFullPath(Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "RepositoryRoot").Value!);

    public static IReadOnlyList<(string Path, SyntaxTree Tree)> All { get; } =
        [.. Files("src").Concat(Files("tests")).Select(Parse)];

    /// <summary>Every file of the project by its path from the root, without what a build makes.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        .. Directory.EnumerateFiles(Root).Where(path => Path.GetFileName(path) != ".git").Select(FromRoot),
        .. new[] { ".ci", "config", "deploy", "src", "tests" }.SelectMany(folder => Files(folder, "*"))
            .Select(FromRoot),
    ];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<(string Text, int Number)> Numbered(string path) =>
        Text(path).Split('\n').Select((text, index) => (text, index + 1));

    public static IEnumerable<string> Files(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !BuiltFolders.Any(built => path.Contains(built, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);

    public static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    /// <summary>A text that is longer than the window cannot be broken; what stands beside it is not counted.</summary>
    public static bool IsMostlyOneLiteral(SyntaxTree tree, TextLine line)
    {
        var half = line.ToString().Trim().Length / 2;
        return tree.GetRoot().DescendantNodes(node => node.FullSpan.IntersectsWith(line.Span))
            .Where(node => node is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax)
            .Any(node => node.Span.Intersection(line.Span) is { } part && part.Length > half);
    }

    private static (string, SyntaxTree) Parse(string path) =>
        (FromRoot(path), CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path));

    private static string FromRoot(string path) => Path.GetRelativePath(Root, path);
}
