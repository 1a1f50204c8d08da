using System.CommandLine;
using Orchestrator.Hosting;

var root = new RootCommand(
    "Orleans.Orchestrator: a Kubernetes API whose pods, controllers and nodes are Orleans grains.")
{
    ServeCommand.Create(),
    WhyCommand.Create(),
    LogsCommand.Create(),
    NodeCommand.Create(),
    StorageCommand.Create(),
    SimulateCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
