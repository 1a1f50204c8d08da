using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Storage.V1;

/// <summary>A way in which volumes are made for those who claim them.</summary>
public sealed record StorageClass : ApiObject
{
    private const int ParametersMax = 512;
    private const int ParameterBytesMax = 256 * 1024;

    // The older name is still in use.
    private static readonly string[] DefaultAnnotations =
        ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    /// <summary>The declaration of the kind.</summary>
    public static Kind<StorageClass> Kind { get; } = new("storage.k8s.io/v1", "StorageClass", "storageclasses")
    {
        IsNamespaced = false,
        ShortNames = ["sc"],
        Columns =
        [
            new("Name", "string", (storage, _) => storage.Metadata.Name + (storage.IsForAll() ? " (default)" : "")),
            new("Provisioner", "string", (storage, _) => storage.Provisioner),
            new("ReclaimPolicy", "string", (storage, _) => storage.ReclaimPolicy ?? "Delete"),
            new("VolumeBindingMode", "string", (storage, _) => storage.VolumeBindingMode ?? "Immediate"),
            new("AllowVolumeExpansion", "string", (storage, _) => storage.AllowVolumeExpansion ?? false),
            Cells.Age<StorageClass>(),
        ],
        Default = static storage => storage with
        {
            ReclaimPolicy = storage.ReclaimPolicy ?? "Delete",
            VolumeBindingMode = storage.VolumeBindingMode ?? "Immediate",
        },
        Validate = Check,
        NotActedOn = ["mountOptions"],
    };

    [KeepEmpty]
    public string Provisioner { get; init => field = value ?? ""; } = "";
    public IReadOnlyDictionary<string, string> Parameters { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    [KeepEmpty]
    [OneOf("Delete", "Retain")]
    public string? ReclaimPolicy { get; init; }
    public IReadOnlyList<string> MountOptions { get; init => field = value ?? []; } = [];
    public bool? AllowVolumeExpansion { get; init; }
    [KeepEmpty]
    [OneOf("Immediate", "WaitForFirstConsumer")]
    public string? VolumeBindingMode { get; init; }
    public IReadOnlyList<TopologySelectorTerm> AllowedTopologies { get; init => field = value ?? []; } = [];

    /// <summary>Claims that name no class get this one.</summary>
    public bool IsForAll() => DefaultAnnotations.Any(key => Metadata.Annotations.GetValueOrDefault(key) == "true");

    private static IReadOnlyList<FieldError> Check(StorageClass storage, StorageClass? old)
    {
        var errors = new FieldErrors();
        if (storage.Provisioner.Length == 0) errors["provisioner"].Required();
        else
        {
            errors["provisioner"].Invalid(
                storage.Provisioner, NameRules.QualifiedName(storage.Provisioner.ToLowerInvariant()));
        }
        CheckParameters(errors["parameters"], storage.Parameters);
        errors["reclaimPolicy"].CheckOneOf(
            storage.ReclaimPolicy, Choices.Of<StorageClass>(nameof(StorageClass.ReclaimPolicy)));
        errors["volumeBindingMode"].CheckOneOf(
            storage.VolumeBindingMode, Choices.Of<StorageClass>(nameof(StorageClass.VolumeBindingMode)));
        CheckTopologies(errors["allowedTopologies"], storage.AllowedTopologies);
        if (old is null) return errors.Found;
        if (!ApiJson.AreSame(Only(storage.Parameters), Only(old.Parameters)))
            errors["parameters"].Forbidden("updates to parameters are forbidden.");
        if (storage.Provisioner != old.Provisioner)
            errors["provisioner"].Forbidden("updates to provisioner are forbidden.");
        if (storage.ReclaimPolicy != old.ReclaimPolicy)
            errors["reclaimPolicy"].Forbidden("updates to reclaimPolicy are forbidden.");
        if (storage.VolumeBindingMode != old.VolumeBindingMode)
            errors["volumeBindingMode"].Invalid(storage.VolumeBindingMode, "field is immutable");
        return errors.Found;
    }

    // A map by itself is compared in the order it has.
    private static StorageClass Only(IReadOnlyDictionary<string, string> parameters) =>
        new() { Parameters = parameters };

    private static void CheckParameters(FieldErrors at, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.Count > ParametersMax)
        {
            at.TooMany(parameters.Count, ParametersMax);
            return;
        }
        var bytes = 0L;
        foreach (var (key, value) in parameters)
        {
            if (key.Length == 0) at.Invalid(key, "field can not be empty.");
            bytes += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(value);
        }
        if (bytes > ParameterBytesMax) at.TooLong(ParameterBytesMax);
    }

    private static void CheckTopologies(FieldErrors at, IReadOnlyList<TopologySelectorTerm> terms)
    {
        for (var i = 0; i < terms.Count; i++)
        {
            var keys = new HashSet<string>();
            for (var j = 0; j < terms[i].MatchLabelExpressions.Count; j++)
            {
                var expression = terms[i].MatchLabelExpressions[j];
                var place = at[i]["matchLabelExpressions"][j];
                if (expression.Values.Count == 0) place["values"].Required();
                place["key"].Invalid(expression.Key, NameRules.QualifiedName(expression.Key));
                if (!keys.Add(expression.Key)) place["key"].Duplicate(expression.Key);
                var seen = new HashSet<string>();
                for (var v = 0; v < expression.Values.Count; v++)
                {
                    if (!seen.Add(expression.Values[v])) place["values"][v].Duplicate(expression.Values[v]);
                }
            }
        }
    }
}

/// <summary>The <c>TopologySelectorTerm</c> of the Kubernetes core/v1 schema.</summary>
public sealed record TopologySelectorTerm
{
    public IReadOnlyList<TopologySelectorLabelRequirement> MatchLabelExpressions
    {
        get; init => field = value ?? [];
    } = [];
}

/// <summary>The <c>TopologySelectorLabelRequirement</c> of the Kubernetes core/v1 schema.</summary>
public sealed record TopologySelectorLabelRequirement
{
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];
}
