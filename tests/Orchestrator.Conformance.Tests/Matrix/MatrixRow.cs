namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>
/// A file of rows: what is there before them, and the rows, which build on each other in their order.
/// </summary>
/// <param name="Name">The file's name; part of the namespace the group works in.</param>
/// <param name="Files">Manifests and other files the commands find beside them: name and text.</param>
/// <param name="Given">Steps that must succeed before the first row.</param>
/// <param name="Rows">The rows.</param>
public sealed record MatrixGroup(
    string Name, IReadOnlyList<(string Name, string Text)> Files, IReadOnlyList<MatrixStep> Given,
    IReadOnlyList<MatrixRow> Rows);

/// <summary>One line of the matrix.</summary>
/// <param name="Group">The file it stands in.</param>
/// <param name="Name">What is done; unique in its file.</param>
/// <param name="For">The versions of kubectl that can do it.</param>
/// <param name="Awaits">What the product lacks, so that it fails as yet; "" when it must pass.</param>
/// <param name="Steps">What is typed and what must be seen.</param>
public sealed record MatrixRow(
    string Group, string Name, VersionRange For, string Awaits, IReadOnlyList<MatrixStep> Steps)
{
    /// <inheritdoc />
    public override string ToString() => $"{Group}: {Name}";
}

/// <summary>One command line of a shell, and what a real Kubernetes would make it print.</summary>
/// <param name="Command">What is typed.</param>
/// <param name="IsRetried">Whether it is typed again until all is seen, for what takes its time.</param>
/// <param name="ExitCode">How it must end.</param>
/// <param name="Sights">What must and must not be seen.</param>
public sealed record MatrixStep(string Command, bool IsRetried, int ExitCode, IReadOnlyList<Sight> Sights);

/// <summary>Versions of kubectl from one to another, by their minor number.</summary>
public sealed record VersionRange(int From, int To)
{
    /// <summary>Every version.</summary>
    public static VersionRange All { get; } = new(0, int.MaxValue);

    /// <summary>Whether a version such as 1.32 is one of them.</summary>
    public bool Has(string version) => MinorOf(version) is var minor && From <= minor && minor <= To;

    /// <summary>32 of 1.32.</summary>
    public static int MinorOf(string version) => int.Parse(version.Split('.')[1]);
}
