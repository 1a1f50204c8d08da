namespace Orchestrator.Fault.Tests.Containers;

/// <summary>
/// Judges what the engines did while nobody touched a container from outside: no container is there twice, and none is
/// started again. Pure.
/// </summary>
public static class ContainerChecker
{
    /// <summary>Everything that is wrong, in the order of the events.</summary>
    /// <param name="events">Of all engines, in the order of their arrival.</param>
    public static IReadOnlyList<string> Check(IEnumerable<ContainerEvent> events)
    {
        var found = new List<string>();
        var there = new Dictionary<string, (string Engine, string Id)>();
        var started = new Dictionary<string, (string Engine, string Id)>();
        foreach (var happened in events.Where(happened => happened.Name.StartsWith("k8s_", StringComparison.Ordinal)))
        {
            var (name, self) = (happened.Name, (happened.Engine, happened.Id));
            switch (happened.Action)
            {
                case "create":
                    if (there.TryGetValue(name, out var other)) found.Add($"{name} is made on {self} beside {other}");
                    there[name] = self;
                    break;
                case "destroy":
                    if (there.GetValueOrDefault(name) == self) there.Remove(name);
                    break;
                case "start":
                    if (AttemptOf(name) != 0) found.Add($"{name} is started though nobody ended the one before");
                    if (started.TryGetValue(name, out var first))
                        found.Add($"{name} is started on {self} after {first}");
                    started[name] = self;
                    break;
                default:
                    break;
            }
        }
        return found;
    }

    private static int AttemptOf(string name) => int.Parse(name[(name.LastIndexOf('_') + 1)..]);
}
