using System.Globalization;

namespace Orchestrator.Fault.Tests.Faults;

/// <summary>How many rounds to run and from which seed on, as the environment says.</summary>
public static class Rounds
{
    /// <summary>The seeds: <c>FAULT_SEED</c> and the <c>FAULT_ROUNDS</c> - 1 after it.</summary>
    public static IEnumerable<int> Seeds => Enumerable.Range(Number("FAULT_SEED", 1), Number("FAULT_ROUNDS", 1));

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
