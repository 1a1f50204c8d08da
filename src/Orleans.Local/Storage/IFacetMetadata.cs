namespace Orleans;

/// <summary>Marks attributes that describe a constructor parameter made per activation.</summary>
public interface IFacetMetadata;

/// <summary>Makes a product out of a parameter.</summary>
public delegate TProduct Factory<in TParam1, out TProduct>(TParam1 param);
