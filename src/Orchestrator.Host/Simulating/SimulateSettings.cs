using System.Globalization;
using System.Text;

namespace Orchestrator.Hosting.Simulating;

/// <summary>What <c>orc simulate</c> was asked for.</summary>
internal sealed record SimulateSettings
{
    public string? File { get; init; }

    public int Seed { get; init; }

    public int Nodes { get; init; }

    public double NodesAfterSeconds { get; init; }

    public double Hours { get; init; }

    public int Silos { get; init; }

    public bool HasFaults { get; init; }

    public bool HasStorePerSilo { get; init; }

    public string? Log { get; init; }

    /// <summary>What is wrong with them, as a sentence, or null.</summary>
    public string? Fault() => this switch
    {
        { Nodes: < 1 or > 100_000 } => $"--nodes {Nodes} cannot be simulated: say a number from 1 to 100000",
        { Silos: < 1 or > 100 } => $"--silos {Silos} cannot be simulated: say a number from 1 to 100",
        { Hours: <= 0 or > 100_000 or double.NaN } =>
            $"--hours {Hours} cannot be simulated: say a number above 0, at most 100000",
        { NodesAfterSeconds: < 0 or > 86_400 or double.NaN } =>
            $"--nodes-after {NodesAfterSeconds} cannot be simulated: say seconds from 0 to 86400",
        { File: { } file } when !System.IO.File.Exists(file) =>
            $"the manifest {file} cannot be read: there is no such file",
        _ => null,
    };

    /// <summary>The command line that repeats it.</summary>
    public override string ToString()
    {
        var line = new StringBuilder("orc simulate");
        if (File is not null) line.Append(' ').Append(File);
        line.Append(CultureInfo.InvariantCulture, $" --seed {Seed} --nodes {Nodes} --hours {Hours:R} --silos {Silos}");
        if (NodesAfterSeconds > 0) line.Append(CultureInfo.InvariantCulture, $" --nodes-after {NodesAfterSeconds:R}");
        return line.Append(HasFaults ? " --faults on" : " --faults off")
            .Append(HasStorePerSilo ? " --stores per-silo" : " --stores shared").ToString();
    }
}
