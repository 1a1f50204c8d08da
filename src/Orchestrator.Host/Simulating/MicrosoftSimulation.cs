namespace Orchestrator.Hosting.Simulating;

/// <summary>Refuses: only the local engine has virtual time.</summary>
internal static class LocalSimulation
{
    /// <returns>1.</returns>
    public static int Run(SimulateSettings settings)
    {
        Console.Error.WriteLine(
            $"orc: \"{settings}\" needs virtual time, which Microsoft Orleans has not: build orc with -p:OrleansEngine=Local");
        return 1;
    }
}
