namespace Orleans.Runtime;

/// <summary>Root of everything that has a <see cref="GrainId"/> and can be called.</summary>
public interface IAddressable;
