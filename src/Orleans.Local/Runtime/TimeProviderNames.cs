namespace Orleans.Runtime;

/// <summary>
/// Keys of the clocks in dependency injection. A key that is not registered falls back to the plain
/// <see cref="TimeProvider"/>.
/// </summary>
public static class TimeProviderNames
{
    public const string ActivationManagement = "Orleans.ActivationManagement";
    public const string GrainDirectory = "Orleans.GrainDirectory";
    public const string Grains = "Orleans.Grains";
    public const string Membership = "Orleans.Membership";
    public const string Messaging = "Orleans.Messaging";
    public const string SystemTimers = "Orleans.SystemTimers";
}
