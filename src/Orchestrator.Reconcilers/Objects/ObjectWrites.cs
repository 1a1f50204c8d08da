using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Objects;

/// <summary>
/// What becomes of an object that a caller sends: server-owned metadata, admission, defaults, checks, generation.
/// Pure; the caller commits what comes back.
/// </summary>
public static class ObjectWrites
{
    /// <summary>The new object as it is to be stored.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="sent">What the caller sent, name and namespace filled in.</param>
    /// <param name="uid">The UID it gets.</param>
    /// <param name="now">The time of its creation.</param>
    /// <exception cref="ApiException">422, with every field that is wrong.</exception>
    public static ApiObject Created(Kind kind, ApiObject sent, string uid, DateTimeOffset now)
    {
        var metadata = sent.Metadata with
        {
            Uid = uid,
            CreationTimestamp = now,
            Generation = kind.HasGeneration ? 1 : 0,
            DeletionTimestamp = null,
            DeletionGracePeriodSeconds = null,
            ResourceVersion = null,
            SelfLink = null,
        };
        var obj = kind.PreparedForCreate(kind.Defaulted(sent with { Metadata = metadata }));
        Refuse(kind, obj, kind.Check(obj, null));
        return obj;
    }

    /// <summary>
    /// The object as it is to be stored after a replacement or patch, or the stored one if nothing changes.
    /// </summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="sent">What the caller sent.</param>
    /// <param name="stored">The newest version.</param>
    /// <param name="subresource">"" for the object, <c>status</c> or another for that part alone.</param>
    /// <exception cref="ApiException">409 on a precondition, 422 with every field that is wrong.</exception>
    public static ApiObject Updated(Kind kind, ApiObject sent, ApiObject stored, string subresource)
    {
        CheckPreconditions(kind, sent.Metadata, stored.Metadata);
        var isStatus = subresource == "status";
        var merged = kind.PreparedForPart(sent, stored, subresource);
        merged = merged with { Metadata = KeepServerOwned(merged.Metadata, stored.Metadata) };
        merged = kind.Defaulted(merged);
        if (stored.Metadata.DeletionTimestamp is not null) RefuseNewFinalizers(kind, merged, stored);
        if (!isStatus || kind.ChecksStatus) Refuse(kind, merged, kind.CheckPart(merged, stored, subresource));
        if (!isStatus && kind.HasGeneration
            && !ApiJson.AreSame(SpecOnly(kind, merged, stored), SpecOnly(kind, stored, stored)))
        {
            merged = merged with { Metadata = merged.Metadata with { Generation = stored.Metadata.Generation + 1 } };
        }
        return ApiJson.AreSame(merged, stored) ? stored : merged;
    }

    // The reference counts a generation for every change outside metadata and status.
    private static ApiObject SpecOnly(Kind kind, ApiObject obj, ApiObject stored) =>
        kind.PreparedForUpdate(obj, stored) with { Metadata = new ObjectMeta() };

    private static ObjectMeta KeepServerOwned(ObjectMeta sent, ObjectMeta stored) => sent with
    {
        Name = stored.Name,
        Namespace = stored.Namespace,
        Uid = stored.Uid,
        ResourceVersion = stored.ResourceVersion,
        CreationTimestamp = stored.CreationTimestamp,
        DeletionTimestamp = stored.DeletionTimestamp,
        DeletionGracePeriodSeconds = stored.DeletionGracePeriodSeconds,
        Generation = stored.Generation,
        GenerateName = stored.GenerateName,
        SelfLink = null,
    };

    private static void CheckPreconditions(Kind kind, ObjectMeta sent, ObjectMeta stored)
    {
        var name = stored.Name ?? "";
        if (sent.Uid is { Length: > 0 } uid && uid != stored.Uid)
        {
            throw ApiException.Conflict(kind, name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored.Uid}");
        }
        if (sent.ResourceVersion is { Length: > 0 } version)
        {
            if (version != stored.ResourceVersion) throw ApiException.Conflict(kind, name);
        }
        else if (kind.UpdateNeedsVersion)
        {
            Refuse(kind, name, [FieldError.Invalid("metadata.resourceVersion", 0, "must be specified for an update")]);
        }
    }

    private static void RefuseNewFinalizers(Kind kind, ApiObject merged, ApiObject stored)
    {
        var added = merged.Metadata.Finalizers.Except(stored.Metadata.Finalizers).ToList();
        if (added.Count == 0) return;
        var shown = string.Join(", ", added.Select(name => $"\"{name}\""));
        Refuse(kind, merged, [FieldError.Forbidden("metadata.finalizers",
            $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}")]);
    }

    private static void Refuse(Kind kind, ApiObject obj, IReadOnlyList<FieldError> errors) =>
        Refuse(kind, obj.Metadata.Name ?? "", errors);

    private static void Refuse(Kind kind, string name, IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0) throw ApiException.Invalid(kind, name, errors);
    }
}
