using Orchestrator.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks [-- NAME …]: prints one table; without names everything is measured.
Dictionary<string, Func<Table, Task>> all = new()
{
    ["calls"] = GrainCalls.MeasureAsync,
    ["store"] = StoreCommits.MeasureAsync,
    ["start"] = StartUp.MeasureAsync,
    ["pods"] = PodStarts.MeasureAsync,
    ["reactions"] = Reactions.MeasureAsync,
    ["bursts"] = PodBursts.MeasureAsync,
    ["lives"] = PodLives.MeasureAsync,
    ["swarm"] = SwarmTasks.MeasureAsync,
    ["podman"] = PodmanPods.MeasureAsync,
    ["quiet"] = QuietNode.MeasureAsync,
    ["engine"] = EngineStarts.MeasureAsync,
    ["replicas"] = ManyReplicas.MeasureAsync,
    ["idle"] = IdleMemory.MeasureAsync,
    ["api"] = ApiRates.MeasureAsync,
    ["lists"] = ApiLists.MeasureAsync,
    ["watches"] = WatchFanOut.MeasureAsync,
    ["scale"] = SimulatedScale.MeasureAsync,
    ["probes"] = Probes.MeasureAsync,
};
if (args is [Probes.AnswerWord])
{
    await Probes.AnswerAsync();
    return 0;
}
var unknown = args.Where(name => !all.ContainsKey(name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"unknown: {string.Join(", ", unknown)}; choose from {string.Join(", ", all.Keys)}");
    return 2;
}
var table = new Table();
foreach (var (name, measure) in all)
{
    if (args.Length > 0 && !args.Contains(name)) continue;
    Console.Error.WriteLine($"measuring {name} …");
    await measure(table);
}
table.Print();
return 0;
