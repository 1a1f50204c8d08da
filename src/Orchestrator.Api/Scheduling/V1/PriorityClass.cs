using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Scheduling.V1;

/// <summary>A name for how much pods matter against others.</summary>
public sealed record PriorityClass : ApiObject
{
    private const int UserValueMax = 1_000_000_000;
    private const string SystemPrefix = "system-";

    /// <summary>The declaration of the kind.</summary>
    public static Kind<PriorityClass> Kind { get; } = new(
        "scheduling.k8s.io/v1", "PriorityClass", "priorityclasses")
    {
        IsNamespaced = false,
        ShortNames = ["pc"],
        Columns =
        [
            Cells.Name<PriorityClass>(),
            new("Value", "integer", (priority, _) => priority.Value),
            new("Global-Default", "boolean", (priority, _) => priority.GlobalDefault),
            Cells.Age<PriorityClass>(),
            new("PreemptionPolicy", "string", (priority, _) => priority.PreemptionPolicy ?? ""),
        ],
        Default = static priority => priority with
        {
            PreemptionPolicy = priority.PreemptionPolicy ?? "PreemptLowerPriority",
        },
        // The first generation is the only one: what matters can not be changed.
        PrepareCreate = static priority => priority with { Metadata = priority.Metadata with { Generation = 1 } },
        Validate = Check,
        NotActedOnYet = "pods are not scheduled by priority",
    };

    /// <summary>The two classes that every cluster has, for what it cannot do without.</summary>
    public static IReadOnlyList<PriorityClass> OfSystem { get; } =
    [
        new()
        {
            Metadata = new() { Name = "system-node-critical" },
            Value = 2_000_001_000,
            Description =
                "Used for system critical pods that must not be moved from their current node.",
        },
        new()
        {
            Metadata = new() { Name = "system-cluster-critical" },
            Value = 2_000_000_000,
            Description = "Used for system critical pods that must run in the cluster, but can be moved to another "
                + "node if necessary.",
        },
    ];

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Value { get; init; }
    public bool GlobalDefault { get; init; }
    public string? Description { get; init; }
    [KeepEmpty]
    [OneOf("PreemptLowerPriority", "Never")]
    public string? PreemptionPolicy { get; init; }

    private static IReadOnlyList<FieldError> Check(PriorityClass priority, PriorityClass? old)
    {
        var errors = new FieldErrors();
        var name = priority.Metadata.Name ?? "";
        if (name.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            if (SystemProblem(priority, name) is { } problem)
            {
                errors["metadata"]["name"].Forbidden(
                    $"priority class names with '{SystemPrefix}' prefix are reserved for system use only. "
                    + $"error: {problem}");
            }
        }
        else if (priority.Value > UserValueMax)
        {
            errors["value"].Forbidden($"maximum allowed value of a user defined priority is {UserValueMax}");
        }
        errors["preemptionPolicy"].CheckOneOf(
            priority.PreemptionPolicy, Choices.Of<PriorityClass>(nameof(PriorityClass.PreemptionPolicy)));
        if (old is null) return errors.Found;
        if (priority.Value != old.Value) errors["value"].Forbidden("may not be changed in an update.");
        if (priority.PreemptionPolicy != old.PreemptionPolicy)
        {
            errors["preemptionPolicy"].Invalid(priority.PreemptionPolicy, "field is immutable");
        }
        return errors.Found;
    }

    private static string? SystemProblem(PriorityClass priority, string name)
    {
        if (OfSystem.FirstOrDefault(known => known.Metadata.Name == name) is not { } known)
            return $"{name} is not a known system priority class";
        if (known.Value != priority.Value) return $"value of {name} PriorityClass must be {known.Value}";
        return priority.GlobalDefault ? $"globalDefault of {name} PriorityClass must be false" : null;
    }
}
