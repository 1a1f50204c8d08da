using Orchestrator.Api.Meta;
using Orleans.Concurrency;

namespace Orchestrator.Grains;

/// <summary>
/// Owns one object; its key is <see cref="ObjectKey"/> as text. Every write of the object is a turn of this grain, so
/// writes never conflict with each other. Refusals are <see cref="ApiException"/>.
/// </summary>
[Alias("Orchestrator.IObjectGrain")]
public interface IObjectGrain : IGrainWithStringKey
{
    /// <summary>Creates the object; 409 when it is there.</summary>
    [Alias("Create")]
    Task<WriteResult> Create(ApiObject obj, WriteOptions options);

    /// <summary>Replaces the object, or its status when <paramref name="subresource"/> is <c>status</c>.</summary>
    [Alias("Update")]
    Task<WriteResult> Update(ApiObject obj, string subresource, WriteOptions options);

    /// <summary>Applies a patch to the newest state.</summary>
    [Alias("Patch")]
    Task<WriteResult> Patch(PatchRequest patch, WriteOptions options);

    /// <summary>Deletes the object, at once or, with grace or finalizers, in time.</summary>
    [Alias("Delete")]
    Task<WriteResult> Delete(DeleteRequest request);

    /// <summary>Something this object depends on has changed: look again. May be lost; never carries news.</summary>
    [OneWay, AlwaysInterleave, Alias("Nudge")]
    Task Nudge();
}
