using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>How a deletion was asked for; nulls mean the kind's defaults.</summary>
public sealed record DeletionOptions
{
    /// <summary>Seconds a pod gets to end; other kinds have no grace.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>The UID the object must have.</summary>
    public string? Uid { get; init; }

    /// <summary>The resourceVersion the object must have.</summary>
    public string? ResourceVersion { get; init; }
}

/// <summary>What a deletion comes to.</summary>
public abstract record DeletionPlan
{
    private DeletionPlan(ApiObject obj) => Object = obj;

    /// <summary>The object as it is answered.</summary>
    public ApiObject Object { get; }

    /// <summary>Nothing holds it: it goes now.</summary>
    public sealed record Remove(ApiObject Object) : DeletionPlan(Object);

    /// <summary>It is marked, and goes when its grace or its finalizers have ended; store this state.</summary>
    public sealed record Mark(ApiObject Object) : DeletionPlan(Object);

    /// <summary>It is being deleted already, and this request changes nothing.</summary>
    public sealed record Unchanged(ApiObject Object) : DeletionPlan(Object);
}

/// <summary>Decides what a DELETE does: at once, in time, or never. Grace can be shortened, never lengthened.</summary>
public static class DeletionPlanner
{
    private const long DefaultGraceSeconds = 30;
    private static readonly string[] ImmortalNamespaces = ["default", "kube-system", "kube-public"];

    /// <summary>The outcome of a request.</summary>
    /// <exception cref="ApiException">A precondition does not hold, or the object may not be deleted.</exception>
    public static DeletionPlan Plan(ApiObject obj, DeletionOptions options, DateTimeOffset now)
    {
        Check(obj, options);
        var finalizers = FinalizersFor(obj, options);
        return obj.Metadata.DeletionTimestamp is { } due
            ? Again(obj, options, finalizers, due)
            : First(obj, finalizers, GraceOf(obj, options), now);
    }

    /// <summary>
    /// Nothing holds an object that is being deleted: neither finalizers nor grace, nor a namespace's contents.
    /// </summary>
    public static bool IsReleased(ApiObject obj) =>
        obj.Metadata.DeletionTimestamp is not null
        && obj.Metadata.Finalizers.Count == 0
        && obj.Metadata.DeletionGracePeriodSeconds is null or 0
        && obj is not Namespace { Spec.Finalizers.Count: > 0 };

    private static void Check(ApiObject obj, DeletionOptions options)
    {
        var (kind, meta) = (KindRegistry.Of(obj), obj.Metadata);
        if (options.Uid is { Length: > 0 } uid && uid != meta.Uid)
        {
            throw ApiException.Conflict(kind, meta.Name ?? "",
                $"the UID in the precondition ({uid}) does not match the UID in record ({meta.Uid}). "
                + "The object might have been deleted and then recreated");
        }
        if (options.ResourceVersion is { Length: > 0 } version && version != meta.ResourceVersion)
        {
            throw ApiException.Conflict(kind, meta.Name ?? "",
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
                + $"({meta.ResourceVersion}). The object might have been modified");
        }
        if (obj is Namespace && ImmortalNamespaces.Contains(meta.Name))
        {
            throw ApiException.Forbidden(kind, meta.Name!, "this namespace may not be deleted");
        }
    }

    private static DeletionPlan First(
        ApiObject obj, IReadOnlyList<string> finalizers, long grace, DateTimeOffset now)
    {
        var marked = With(obj, obj.Metadata with
        {
            DeletionTimestamp = now.AddSeconds(grace),
            DeletionGracePeriodSeconds = grace,
            Generation = obj.Metadata.Generation > 0 ? obj.Metadata.Generation + 1 : 0,
            Finalizers = finalizers,
        });
        if (marked is Namespace space) marked = space with { Status = space.Status with { Phase = "Terminating" } };
        return IsReleased(marked) ? new DeletionPlan.Remove(marked) : new DeletionPlan.Mark(marked);
    }

    // A pod that has ended since the first request keeps its grace: its node says when nothing of it is left.
    private static DeletionPlan Again(
        ApiObject obj, DeletionOptions options, IReadOnlyList<string> finalizers, DateTimeOffset due)
    {
        var standing = obj.Metadata.DeletionGracePeriodSeconds ?? 0;
        var grace = options.GracePeriodSeconds is { } asked ? Soonest(asked) : standing;
        var isShorter = grace < standing;
        var next = With(obj, obj.Metadata with
        {
            // The clock started at the first request: 30 s asked for at :00 and 10 s at :05 end at :10.
            DeletionTimestamp = isShorter ? due.AddSeconds(grace - standing) : due,
            DeletionGracePeriodSeconds = isShorter ? grace : obj.Metadata.DeletionGracePeriodSeconds,
            Finalizers = finalizers,
        });
        if (IsReleased(next)) return new DeletionPlan.Remove(next);
        var isChanged = isShorter || !finalizers.SequenceEqual(obj.Metadata.Finalizers);
        return isChanged ? new DeletionPlan.Mark(next) : new DeletionPlan.Unchanged(obj);
    }

    private static long GraceOf(ApiObject obj, DeletionOptions options)
    {
        if (obj is not Pod pod) return 0;
        if (string.IsNullOrEmpty(pod.Spec.NodeName) || PodFacts.IsFinished(pod)) return 0;
        return Soonest(
            options.GracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? DefaultGraceSeconds);
    }

    // A negative grace means as soon as can be.
    private static long Soonest(long grace) => grace < 0 ? 1 : grace;

    // Asked for expressly, a policy replaces the finalizer of another; left out, what is there stands.
    private static IReadOnlyList<string> FinalizersFor(ApiObject obj, DeletionOptions options)
    {
        var standing = obj.Metadata.Finalizers;
        var isMarked = standing.Contains(Finalizers.Orphan) || standing.Contains(Finalizers.Foreground);
        var isLeaving = obj.Metadata.DeletionTimestamp is not null;
        var policy = options.PropagationPolicy;
        if (string.IsNullOrEmpty(policy))
        {
            if (isMarked || isLeaving) return standing;
            policy = KindRegistry.Of(obj).DefaultPropagation;
        }
        var wanted = policy switch { "Orphan" => Finalizers.Orphan, "Foreground" => Finalizers.Foreground, _ => "" };
        var kept = standing.Where(f => f == wanted || (f != Finalizers.Orphan && f != Finalizers.Foreground)).ToList();
        if (wanted.Length > 0 && !kept.Contains(wanted)) kept.Add(wanted);
        if (!isLeaving) kept.AddRange(KindRegistry.Of(obj).DeletionFinalizers.Except(kept));
        return kept.SequenceEqual(standing) ? standing : kept;
    }

    private static ApiObject With(ApiObject obj, ObjectMeta metadata) => obj with { Metadata = metadata };
}
