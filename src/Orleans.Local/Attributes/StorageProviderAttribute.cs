namespace Orleans.Providers;

/// <summary>Names the storage of a <see cref="Grain{TGrainState}"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StorageProviderAttribute : Attribute
{
    public string ProviderName { get; set; } = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
}

/// <summary>Well-known provider names.</summary>
public static class ProviderConstants
{
    public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
    public const string DEFAULT_LOG_CONSISTENCY_PROVIDER_NAME = "Default";
    public const string DEFAULT_PUBSUB_PROVIDER_NAME = "PubSubStore";
}
