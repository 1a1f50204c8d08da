using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Lists;

/// <summary>Some objects of a list, the revision they are read at, and how the list goes on.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Revision, string? Next, long? Remaining);
