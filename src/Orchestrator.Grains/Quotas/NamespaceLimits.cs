using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Limits;
using Orchestrator.Reconcilers.Quotas;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Quotas;

/// <summary>
/// What LimitRanges and ResourceQuotas have to say of a write. Most namespaces have none, which the watch cache knows.
/// </summary>
internal static class NamespaceLimits
{
    /// <summary>The new object with what the ranges of its namespace give it.</summary>
    public static ApiObject WithDefaults(ApiObject sent, in ObjectKey key, IWatchCache cache)
    {
        if (sent is not Pod pod || Ranges(key, cache) is not { Count: > 0 } ranges) return sent;
        // A container's limit is its request where it says none, before a range has a say.
        return LimitDefaults.Apply((Pod)Pod.Kind.Defaulted(pod), ranges.Select(item => (LimitRange)item.Object));
    }

    /// <summary>Refuses what is outside of the ranges.</summary>
    /// <exception cref="ApiException">403, in the words of the reference.</exception>
    public static void RefuseBeyond(ApiObject? before, ApiObject next, in ObjectKey key, IWatchCache cache)
    {
        var isJudged = next is PersistentVolumeClaim { Metadata.DeletionTimestamp: null }
            || (next is Pod sized && (before is not Pod old || IsResized(old, sized)));
        if (!isJudged || Ranges(key, cache) is not { Count: > 0 } items) return;
        var ranges = items.Select(item => (LimitRange)item.Object);
        var why = next is Pod pod
            ? LimitRules.RefusalOf(pod, ranges)
            : LimitRules.RefusalOf((PersistentVolumeClaim)next, ranges);
        if (why is not null) throw ApiException.Forbidden(KindRegistry.Of(key), key.Name, why);
    }

    /// <summary>Asks the quotas of the namespace, if it has any and the write uses more than before.</summary>
    /// <exception cref="ApiException">403, in the words of the reference.</exception>
    public static ValueTask AskForRoom(
        ApiObject? before, ApiObject next, in ObjectKey key, ClusterAccess cluster, IGrainFactory grains, bool isTrial)
    {
        if (key.Namespace.Length == 0 || !QuotaUsage.IsCounted(key)) return default;
        var quotas = cluster.Cache.List(ResourceQuota.Kind, key.Namespace).Items;
        if (quotas.Count == 0 || (before is not null && !QuotaUsage.IsRaised(key, before, next))) return default;
        return new(grains.GetGrain<IQuotaGrain>(key.Namespace).Promise(
            key.ToString(), next, quotas.Max(quota => quota.Revision), isTrial));
    }

    private static bool IsResized(Pod old, Pod next) =>
        !ReferenceEquals(old.Spec, next.Spec) && !old.Spec.Containers.Concat(old.Spec.InitContainers).Select(Resources)
            .SequenceEqual(next.Spec.Containers.Concat(next.Spec.InitContainers).Select(Resources));

    private static string Resources(Container container) => container.Resources is null ? ""
        : JsonSerializer.Serialize(container.Resources, ApiJson.TypeInfo(typeof(ResourceRequirements)));

    private static IReadOnlyList<StoredObject> Ranges(in ObjectKey key, IWatchCache cache) =>
        cache.List(LimitRange.Kind, key.Namespace).Items;
}
