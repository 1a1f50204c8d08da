namespace Orleans.Runtime;

/// <summary>Shorthands over <see cref="IGrainContext"/>.</summary>
public static class GrainContextExtensions
{
    public static async Task DeactivateAsync(
        this IGrainContext grainContext, DeactivationReason deactivationReason,
        CancellationToken cancellationToken = default)
    {
        grainContext.Deactivate(deactivationReason, cancellationToken);
        await grainContext.Deactivated;
    }
}
