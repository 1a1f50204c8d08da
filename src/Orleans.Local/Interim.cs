#pragma warning disable
namespace Orleans
{
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class GenerateSerializerAttribute : System.Attribute;
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class IdAttribute(uint id) : System.Attribute { public uint Id => id; }
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class AliasAttribute(string alias) : System.Attribute { public string Alias => alias; }
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class ImmutableAttribute : System.Attribute;
    public interface IAddressable;
    public interface IGrain : IAddressable;
    public interface IGrainWithStringKey : IGrain;
    public interface IGrainFactory
    {
        T GetGrain<T>(string key, string? prefix = null) where T : IGrainWithStringKey;
        IGrain GetGrain(System.Type type, string key);
    }
}
namespace Orleans.Concurrency
{
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class OneWayAttribute : System.Attribute;
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class ReadOnlyAttribute : System.Attribute;
    [System.AttributeUsage(System.AttributeTargets.All)] public sealed class AlwaysInterleaveAttribute : System.Attribute;
}
