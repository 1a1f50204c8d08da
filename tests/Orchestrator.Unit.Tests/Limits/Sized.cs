using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.Limits;

/// <summary>Pods, claims and ranges from one short text each.</summary>
internal static class Sized
{
    /// <summary>
    /// <c>c:cpu=100m:limits.cpu=1 i-a:memory=1Gi</c>: containers, those named <c>i-</c> are init containers.
    /// </summary>
    public static Pod Pod(string containers, string name = "p", params (string Key, string Value)[] marks)
    {
        var all = containers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Container).ToList();
        var said = marks.ToDictionary(mark => mark.Key, mark => mark.Value);
        return new()
        {
            Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}" },
            Spec = new()
            {
                Containers = [.. all.Where(c => !c.Name.StartsWith("i-", StringComparison.Ordinal))],
                InitContainers = [.. all.Where(c => c.Name.StartsWith("i-", StringComparison.Ordinal))],
                ActiveDeadlineSeconds = said.TryGetValue("deadline", out var deadline) ? long.Parse(deadline) : null,
                PriorityClassName = said.GetValueOrDefault("class"),
            },
            Status = new() { Phase = said.GetValueOrDefault("phase", "Running") },
        };
    }

    public static PersistentVolumeClaim Claim(string storage, string? storageClass = null, string name = "c") => new()
    {
        Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}" },
        Spec = new()
        {
            StorageClassName = storageClass,
            Resources = storage.Length == 0 ? null : new() { Requests = Amounts($"storage={storage}") },
        },
    };

    /// <summary><c>min.cpu=1</c>, <c>max.cpu=2</c>, <c>default.cpu</c>, <c>request.cpu</c>, <c>ratio.cpu</c>.</summary>
    public static LimitRange Range(string type, string text)
    {
        IReadOnlyDictionary<string, Quantity> Of(string part) => Amounts(string.Join(' ', text.Split(' ')
            .Where(pair => pair.StartsWith($"{part}.", StringComparison.Ordinal))
            .Select(pair => pair[(part.Length + 1)..])));
        return new()
        {
            Metadata = new() { Name = "range", Namespace = "default" },
            Spec = new()
            {
                Limits =
                [
                    new()
                    {
                        Type = type, Min = Of("min"), Max = Of("max"), Default = Of("default"),
                        DefaultRequest = Of("request"), MaxLimitRequestRatio = Of("ratio"),
                    },
                ],
            },
        };
    }

    /// <summary><c>cpu=1 memory=2Gi</c>.</summary>
    public static Dictionary<string, Quantity> Amounts(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => Quantity.Parse(pair[1]));

    /// <summary>The same text again, sorted.</summary>
    public static string Shown(IReadOnlyDictionary<string, Quantity> amounts) => string.Join(' ',
        amounts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static Container Container(string text)
    {
        var parts = text.Split(':');
        var amounts = parts.Skip(1).ToLookup(part => part.StartsWith("limits.", StringComparison.Ordinal));
        return new()
        {
            Name = parts[0],
            Image = "test/v1:1",
            Resources = parts.Length == 1
                ? null
                : new()
                {
                    Requests = Amounts(string.Join(' ', amounts[false])),
                    Limits = Amounts(string.Join(' ', amounts[true].Select(part => part["limits.".Length..]))),
                },
        };
    }
}
