using System.Text;
using Xunit.Abstractions;

namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>
/// Every subcommand of kubectl and its main flags, typed into the real programs of several versions: what is printed
/// must be what a Kubernetes would make them print. The rows are the files in <c>Matrix/rows</c>.
/// </summary>
[Collection(nameof(MatrixRun))]
public sealed class MatrixTests(MatrixRun run, ITestOutputHelper output)
{
    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var row in MatrixRun.Groups.SelectMany(group => group.Rows)) rows.Add(row.Group, row.Name);
            return rows;
        }
    }

    [SkippableTheory, MemberData(nameof(Rows))]
    public void It_prints_what_Kubernetes_prints(string group, string row)
    {
        var results = run.Results[(group, row)].ToList();
        Assert.Equal(run.Versions.Count, results.Count);
        var awaits = results[0].Row.Awaits;
        var failed = results.Where(result => result.Problem.Length > 0).ToList();
        Skip.If(results.All(result => result.IsLacking), "no installed kubectl can do it");
        if (awaits.Length > 0)
        {
            Assert.True(failed.Count > 0, $"it passes now: take \"(awaits {awaits})\" away from its row");
            Skip.If(true, $"the product lacks {awaits}");
        }
        Assert.True(failed.Count == 0, string.Join("\n", failed.Select(result =>
            $"--- kubectl {result.Version}\n{result.Problem}")));
    }

    [Fact]
    public async Task The_matrix_is_told()
    {
        var table = Table();
        output.WriteLine(table);
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "kubectl-matrix.txt"), table);
        Assert.Equal(MatrixRun.Groups.Sum(group => group.Rows.Count) * run.Versions.Count,
            run.Results.Sum(results => results.Count()));
    }

    private string Table()
    {
        var table = new StringBuilder();
        var width = run.Results.Max(results => $"{results.First().Row}".Length) + 2;
        table.Append("kubectl".PadRight(width)).AppendLine(string.Concat(run.Versions.Select(v => v.PadRight(8))));
        foreach (var group in MatrixRun.Groups)
        {
            foreach (var row in group.Rows)
            {
                var results = run.Results[(group.Name, row.Name)].ToList();
                var cells = results.Select(
                    result => (result.IsLacking ? "—" : result.IsOk ? "ok" : "FAILED").PadRight(8));
                var broken = results.Find(result => result.Problem.Length > 0);
                table.Append($"{row}".PadRight(width)).Append(string.Concat(cells)).AppendLine(
                    broken is null ? "" : row.Awaits.Length > 0 ? $"awaits {row.Awaits}" : broken.Printed);
            }
        }
        var all = run.Results.SelectMany(results => results).ToList();
        return table.AppendLine(
            $"{all.Count(result => result.IsOk)} ok, {all.Count(result => result.IsLacking)} not in "
            + $"that version, {all.Count(result => result.Problem.Length > 0)} failed").ToString();
    }
}
