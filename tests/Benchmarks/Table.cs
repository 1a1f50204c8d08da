namespace Orchestrator.Benchmarks;

/// <summary>Rows of what was measured, with the goal beside it.</summary>
internal sealed class Table
{
    private readonly List<string[]> _rows = [["what", "measured", "goal"]];

    /// <summary>Adds a row and shows it at once.</summary>
    public void Add(string what, string measured, string goal = "")
    {
        _rows.Add([what, measured, goal]);
        Console.Error.WriteLine($"  {what}: {measured}");
    }

    /// <summary>Prints the table.</summary>
    public void Print()
    {
        var widths = Enumerable.Range(0, 3).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var (row, index) in _rows.Select((row, index) => (row, index)))
        {
            Console.WriteLine($"| {string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column])))} |");
            if (index == 0)
                Console.WriteLine($"|{string.Join('|', widths.Select(width => new string('-', width + 2)))}|");
        }
    }
}
