using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orchestrator.Tidy.Tests;

/// <summary>The project's own text: every C# file of src/ and tests/, parsed once.</summary>
internal static class Sources
{
    public static string Root { get; } = Path.GetFullPath(Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "RepositoryRoot").Value!);

    public static IReadOnlyList<(string Path, SyntaxTree Tree)> All { get; } =
        [.. Files("src").Concat(Files("tests")).Select(Parse)];

    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static (string, SyntaxTree) Parse(string path) =>
        (Path.GetRelativePath(Root, path), CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path));
}
