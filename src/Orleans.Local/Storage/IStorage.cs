namespace Orleans.Core;

/// <summary>One stored record of a grain.</summary>
public interface IStorage
{
    string? Etag { get; }

    bool RecordExists { get; }

    Task ClearStateAsync();

    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    Task WriteStateAsync();

    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    Task ReadStateAsync();

    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}

/// <summary>One stored record of a grain, with its type.</summary>
public interface IStorage<TState> : IStorage
{
    TState State { get; set; }
}
