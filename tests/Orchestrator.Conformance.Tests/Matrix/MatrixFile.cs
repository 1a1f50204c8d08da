using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>Reads the files of rows; what their lines mean stands in <c>rows/README.md</c>.</summary>
public sealed partial class MatrixFile
{
    private readonly string _group;
    private readonly List<(string Name, StringBuilder Text)> _files = [];
    private readonly List<Draft> _drafts = [new("given", VersionRange.All, "")];
    private int _number;

    private MatrixFile(string group) => _group = group;

    /// <summary>The folder of the files.</summary>
    public static string Folder { get; } =
        Path.Combine(Cluster.Root, "tests", "Orchestrator.Conformance.Tests", "Matrix", "rows");

    /// <summary>All groups, by name.</summary>
    public static IReadOnlyList<MatrixGroup> All { get; } =
        [.. Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal).Select(Read)];

    /// <exception cref="FormatException">The file is not written as it should be.</exception>
    public static MatrixGroup Read(string path) =>
        new MatrixFile(Path.GetFileNameWithoutExtension(path)).Read(File.ReadAllLines(path));

    private MatrixGroup Read(string[] lines)
    {
        foreach (var line in lines)
        {
            _number++;
            if (line.Length > 0 && line[0] != '#') Take(line);
        }
        var rows = _drafts.Skip(1).Select(draft => draft.Row(_group)).ToList();
        var twice = rows.GroupBy(row => row.Name).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) throw new FormatException($"{_group}: two rows are called \"{twice.Key}\"");
        return new MatrixGroup(_group, [.. _files.Select(file => (file.Name, file.Text.ToString()))],
            _drafts[0].Steps, rows);
    }

    private void Take(string line)
    {
        var mark = line.Split(' ')[0];
        var rest = line.Length > mark.Length ? line[(mark.Length + 1)..] : "";
        switch (mark)
        {
            case "+": _files.Add((rest, new StringBuilder())); break;
            case "|": _files[^1].Text.Append(rest).Append('\n'); break;
            case "==": _drafts.Add(Header(rest)); break;
            case "$" or "?": _drafts[^1].Steps.Add(new MatrixStep(rest, mark == "?", 0, [])); break;
            case ">": Change(step => step with { Command = $"{step.Command}\n{rest}" }); break;
            case "!": Change(step => step with { ExitCode = int.Parse(rest) }); break;
            case "=": See(SightKind.Line, rest); break;
            case "~": See(SightKind.Pattern, rest); break;
            case "-": See(SightKind.Absent, rest); break;
            case "_": See(SightKind.Silence, rest); break;
            default: throw new FormatException($"{_group}, line {_number}: \"{mark}\" is no mark");
        }
    }

    private static Draft Header(string text)
    {
        var parts = HeaderPattern().Match(text);
        return new Draft(parts.Groups["name"].Value, RangeOf(parts), parts.Groups["awaits"].Value);
    }

    private void Change(Func<MatrixStep, MatrixStep> change)
    {
        var steps = _drafts[^1].Steps;
        if (steps.Count == 0) throw new FormatException($"{_group}, line {_number}: there is no command before it");
        steps[^1] = change(steps[^1]);
    }

    private void See(SightKind kind, string text)
    {
        var parts = SightPattern().Match(text);
        var sight = new Sight(kind, RangeOf(parts), parts.Groups["text"].Value);
        Change(step => step with { Sights = [.. step.Sights, sight] });
    }

    private static VersionRange RangeOf(Match parts)
    {
        int Minor(string name, int absent) => parts.Groups[name] is { Success: true, Value.Length: > 0 } group
            ? VersionRange.MinorOf(group.Value)
            : absent;
        return new VersionRange(Minor("from", 0), Minor("to", int.MaxValue));
    }

    [GeneratedRegex(@"^(?<name>.*?)( \{(?<from>[\d.]*)-(?<to>[\d.]*)\})?( \(awaits (?<awaits>.*)\))?$")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^(\{(?<from>[\d.]*)-(?<to>[\d.]*)\} )?(?<text>.*)$")]
    private static partial Regex SightPattern();

    private sealed record Draft(string Name, VersionRange For, string Awaits)
    {
        public List<MatrixStep> Steps { get; } = [];

        /// <exception cref="FormatException">A command of it would pass whatever it prints.</exception>
        public MatrixRow Row(string group) => Steps.Count > 0 && Steps.All(step => step.Sights.Count > 0)
            ? new MatrixRow(group, Name, For, Awaits, Steps)
            : throw new FormatException($"{group}: a command of \"{Name}\" says nothing of what it prints");
    }
}
