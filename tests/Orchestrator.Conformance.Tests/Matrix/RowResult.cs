namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>What came of one row with one kubectl.</summary>
/// <param name="Row">The row.</param>
/// <param name="Version">The version of kubectl, such as 1.32.</param>
/// <param name="IsLacking">Whether that version cannot do it at all.</param>
/// <param name="Problem">What went wrong, with all that was printed; "" when nothing did.</param>
/// <param name="Printed">The first line that the failing command printed.</param>
public sealed record RowResult(MatrixRow Row, string Version, bool IsLacking, string Problem, string Printed)
{
    /// <summary>Whether everything was seen.</summary>
    public bool IsOk => !IsLacking && Problem.Length == 0;
}
