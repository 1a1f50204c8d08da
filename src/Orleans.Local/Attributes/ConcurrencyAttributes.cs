namespace Orleans.Concurrency;

/// <summary>All calls to this grain class may interleave.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;

/// <summary>This method may interleave with every other, and every other with it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;

/// <summary>This method changes nothing, so calls of read-only methods interleave among themselves.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;

/// <summary>
/// The caller does not wait: the returned task is completed when the message is on its way. Errors reach the log only.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;

/// <summary>
/// Asks a static method <c>bool Name(IInvokable request)</c> of the class whether a request may interleave.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MayInterleaveAttribute(string callbackMethodName) : Attribute, IGrainPropertiesProviderAttribute
{
    internal string CallbackMethodName { get; } = callbackMethodName;

    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType,
        Dictionary<string, string> properties) =>
        properties[WellKnownGrainTypeProperties.MayInterleavePredicate] = CallbackMethodName;
}

/// <summary>Wraps a value that its sender promises not to change.</summary>
public readonly struct Immutable<T>(T value)
{
    public readonly T Value = value;
}

/// <summary>Makes an <see cref="Immutable{T}"/> of anything.</summary>
public static class ImmutableExtensions
{
    public static Immutable<T> AsImmutable<T>(this T value) => new(value);
}
