using System.CommandLine;
using Orchestrator.Hosting.Simulating;

namespace Orchestrator.Hosting;

/// <summary><c>orc simulate</c>: the whole control plane in virtual time, from a seed.</summary>
internal static class SimulateCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var file = new Argument<string?>("file")
        {
            Description = "manifest (YAML or JSON) applied at the start; without it random users are simulated",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var seed = new Option<int>("--seed") { Description = "source of all chance", DefaultValueFactory = _ => 1 };
        var nodes = new Option<int>("--nodes") { Description = "simulated machines", DefaultValueFactory = _ => 3 };
        var hours = new Option<double>("--hours") { Description = "virtual time", DefaultValueFactory = _ => 1 };
        var nodesAfter = new Option<double>("--nodes-after")
        {
            Description =
                "virtual seconds after the objects of the file at which the machines come up; 0 has them ready before",
        };
        var silos = new Option<int>("--silos") { Description = "silos", DefaultValueFactory = _ => 1 };
        var faults = new Option<string>("--faults") { Description = "on or off", DefaultValueFactory = _ => "on" };
        faults.AcceptOnlyFromAmong("on", "off");
        var stores = new Option<string>("--stores")
        {
            Description = "shared, or per-silo: each silo its own store, late in hearing of the others",
            DefaultValueFactory = _ => "shared",
        };
        stores.AcceptOnlyFromAmong("shared", "per-silo");
        var log = new Option<string?>("--log") { Description = "file that gets every line of the event log" };
        var command = new Command(
            "simulate", "run the whole control plane in virtual time, from a seed, and check its invariants")
        {
            file, seed, nodes, nodesAfter, hours, silos, faults, stores, log,
        };
        command.SetAction(parsed => LocalSimulation.Run(new SimulateSettings
        {
            File = parsed.GetValue(file),
            Seed = parsed.GetValue(seed),
            Nodes = parsed.GetValue(nodes),
            NodesAfterSeconds = parsed.GetValue(nodesAfter),
            Hours = parsed.GetValue(hours),
            Silos = parsed.GetValue(silos),
            HasFaults = parsed.GetValue(faults) == "on",
            HasStorePerSilo = parsed.GetValue(stores) == "per-silo",
            Log = parsed.GetValue(log),
        }));
        return command;
    }
}
