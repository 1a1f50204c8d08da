namespace Orchestrator.Api.Meta;

/// <summary>What holds for the metadata of every kind, new or changed.</summary>
public static class ObjectMetaRules
{
    private const int AnnotationBytesMax = 256 * 1024;
    private const string Immutable = "field is immutable";

    /// <summary>
    /// The metadata that an update leaves in place: what the server owns comes from <paramref name="stored"/> where
    /// <paramref name="sent"/> is silent, so that a manifest without it is a whole update.
    /// </summary>
    public static ObjectMeta Carried(ObjectMeta sent, ObjectMeta stored) => sent with
    {
        Name = string.IsNullOrEmpty(sent.Name) ? stored.Name : sent.Name,
        GenerateName = string.IsNullOrEmpty(sent.GenerateName) ? stored.GenerateName : sent.GenerateName,
        Namespace = string.IsNullOrEmpty(sent.Namespace) ? stored.Namespace : sent.Namespace,
        Uid = string.IsNullOrEmpty(sent.Uid) ? stored.Uid : sent.Uid,
        SelfLink = null,
        Generation = stored.Generation,
        CreationTimestamp = sent.CreationTimestamp ?? stored.CreationTimestamp,
        DeletionTimestamp = sent.DeletionTimestamp ?? stored.DeletionTimestamp,
        DeletionGracePeriodSeconds = sent.DeletionGracePeriodSeconds ?? stored.DeletionGracePeriodSeconds,
    };

    /// <summary>What a status update takes of the metadata: labels, annotations and field managers.</summary>
    public static ObjectMeta OfStatusUpdate(ObjectMeta sent, ObjectMeta stored) => stored with
    {
        Labels = sent.Labels,
        Annotations = sent.Annotations,
        ManagedFields = sent.ManagedFields,
        ResourceVersion = sent.ResourceVersion,
    };

    /// <summary>All that is wrong with the metadata of a new or changed object.</summary>
    public static void Check(
        FieldErrors at, ObjectMeta meta, bool isNamespaced, Func<string, IEnumerable<string>> nameRule)
    {
        if (!string.IsNullOrEmpty(meta.GenerateName))
        {
            // A prefix may end in a dash or a dot: the characters that follow make the name whole.
            at["generateName"].Invalid(meta.GenerateName, nameRule(meta.GenerateName.TrimEnd('-', '.') + "a"));
        }
        if (string.IsNullOrEmpty(meta.Name)) at["name"].Required("name or generateName is required");
        else at["name"].Invalid(meta.Name, nameRule(meta.Name));
        if (!isNamespaced)
        {
            if (!string.IsNullOrEmpty(meta.Namespace)) at["namespace"].Forbidden("not allowed on this type");
        }
        else if (string.IsNullOrEmpty(meta.Namespace)) at["namespace"].Required();
        else at["namespace"].Invalid(meta.Namespace, NameRules.DnsLabel(meta.Namespace));
        if (meta.Generation < 0) at["generation"].CheckNotNegative(meta.Generation);
        CheckLabels(at["labels"], meta.Labels);
        CheckAnnotations(at["annotations"], meta.Annotations);
        CheckOwners(at["ownerReferences"], meta.OwnerReferences);
        CheckFinalizers(at["finalizers"], meta.Finalizers);
    }

    /// <summary>What an update may not change.</summary>
    public static void CheckUpdate(FieldErrors at, ObjectMeta meta, ObjectMeta old)
    {
        if (meta.Name != old.Name) at["name"].Invalid(meta.Name, Immutable);
        if ((meta.Namespace ?? "") != (old.Namespace ?? "")) at["namespace"].Invalid(meta.Namespace, Immutable);
        if (meta.Uid != old.Uid) at["uid"].Invalid(meta.Uid, Immutable);
        CheckTime(at["creationTimestamp"], meta.CreationTimestamp, old.CreationTimestamp);
        CheckTime(at["deletionTimestamp"], meta.DeletionTimestamp, old.DeletionTimestamp);
        if (meta.DeletionGracePeriodSeconds != old.DeletionGracePeriodSeconds)
        {
            at["deletionGracePeriodSeconds"].Invalid(meta.DeletionGracePeriodSeconds, Immutable);
        }
        if (meta.Generation < old.Generation) at["generation"].Invalid(meta.Generation, "must not be decremented");
        if (old.DeletionTimestamp is null) return;
        var added = meta.Finalizers.Except(old.Finalizers).Order(StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            at["finalizers"].Forbidden("no new finalizers can be added if the object is being deleted, found new "
                + $"finalizers {GoText.Of(added)}");
        }
    }

    /// <summary>Keys and values of labels.</summary>
    public static void CheckLabels(FieldErrors at, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels)
        {
            at.Invalid(key, NameRules.QualifiedName(key));
            at.Invalid(value, NameRules.LabelValue(value));
        }
    }

    /// <summary>Keys and the total size of annotations.</summary>
    public static void CheckAnnotations(FieldErrors at, IReadOnlyDictionary<string, string> annotations)
    {
        var bytes = 0L;
        foreach (var (key, value) in annotations)
        {
            at.Invalid(key, NameRules.QualifiedName(key.ToLowerInvariant()));
            bytes += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(value);
        }
        if (bytes > AnnotationBytesMax) at.TooLong(AnnotationBytesMax);
    }

    // Times on the wire have whole seconds; a fraction that got lost on the way is no change.
    private static void CheckTime(FieldErrors at, DateTimeOffset? time, DateTimeOffset? old)
    {
        if (time?.ToUnixTimeSeconds() != old?.ToUnixTimeSeconds())
        {
            at.Invalid(time is { } t ? t.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") : null, Immutable);
        }
    }

    private static void CheckOwners(FieldErrors at, IReadOnlyList<OwnerReference> owners)
    {
        var controllers = new List<OwnerReference>();
        for (var i = 0; i < owners.Count; i++)
        {
            var owner = owners[i];
            if (owner.ApiVersion.Length == 0) at[i]["apiVersion"].Invalid("", "version must not be empty");
            if (owner.Kind.Length == 0) at[i]["kind"].Invalid("", "must not be empty");
            if (owner.Name.Length == 0) at[i]["name"].Invalid("", "must not be empty");
            if (owner.Uid.Length == 0) at[i]["uid"].Invalid("", "must not be empty");
            if (owner is { ApiVersion: "v1", Kind: "Event" })
                at[i].Invalid("v1, Kind=Event", "is disallowed from being an owner");
            if (owner.Controller == true) controllers.Add(owner);
        }
        if (controllers.Count > 1)
        {
            var names = string.Join(" and ", controllers.Select(owner => $"{owner.Kind} \"{owner.Name}\""));
            at.Invalid(owners.Select(owner => owner.Uid).ToList(),
                $"Only one reference can have Controller set to true. Found \"true\" in references for {names}");
        }
    }

    private static void CheckFinalizers(FieldErrors at, IReadOnlyList<string> finalizers)
    {
        for (var i = 0; i < finalizers.Count; i++)
        {
            at[i].Invalid(finalizers[i], NameRules.QualifiedName(finalizers[i]));
            if (!finalizers[i].Contains('/') && finalizers[i] is not ("kubernetes" or "orphan" or "foregroundDeletion"))
            {
                at[i].Invalid(finalizers[i], "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
        if (finalizers.Contains("orphan") && finalizers.Contains("foregroundDeletion"))
        {
            at.Invalid(finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }
}
