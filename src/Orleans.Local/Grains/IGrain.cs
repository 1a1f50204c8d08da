namespace Orleans;

/// <summary>Anything that can be called across turns.</summary>
public interface IGrain : IAddressable;

/// <summary>A grain with a text key.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>A grain with a Guid key.</summary>
public interface IGrainWithGuidKey : IGrain;

/// <summary>A grain with an integer key.</summary>
public interface IGrainWithIntegerKey : IGrain;

/// <summary>A grain with a Guid key and an extension.</summary>
public interface IGrainWithGuidCompoundKey : IGrain;

/// <summary>A grain with an integer key and an extension.</summary>
public interface IGrainWithIntegerCompoundKey : IGrain;

/// <summary>An object outside the grains that grains may call back.</summary>
public interface IGrainObserver : IAddressable;
