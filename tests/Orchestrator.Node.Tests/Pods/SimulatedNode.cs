using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>One node on a simulated engine, in virtual time, one turn after another.</summary>
internal sealed class SimulatedNode : IDisposable
{
    private readonly TurnScheduler _turns = new();

    public SimulatedNode(params SimulatedBehaviour[] behaviours) : this(null, behaviours) { }

    public SimulatedNode(
        Func<NodeAgentOptions, NodeAgentOptions>? change, params SimulatedBehaviour[] behaviours)
    {
        Time = new VirtualTime(_turns);
        var options = new SimulatedOptions { Behaviours = [.. behaviours, new("*") { IsPresent = true }] };
        Engine = new SimulatedRuntime("node-1", options, Time);
        var agent = new NodeAgentOptions { NodeName = "node-1", HostIP = "10.9.8.7" };
        (var runtime, Faults) = FaultyRuntime.Around(Engine);
        Cluster = new TestCluster(() => runtime, change?.Invoke(agent) ?? agent, Time, _turns);
    }

    public VirtualTime Time { get; }

    public SimulatedRuntime Engine { get; }

    /// <summary>What goes wrong between the node and its engine.</summary>
    public FaultyRuntime Faults { get; }

    public TestCluster Cluster { get; }

    public void Start() => Do(Cluster.StartAgentAsync);

    public void Restart()
    {
        Do(Cluster.StopAgentAsync);
        Start();
    }

    public void Do(Func<Task> work) => _turns.Do(work);

    public void Settle() => _turns.SettleAll();

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public Pod Apply(Pod pod)
    {
        Pod? stored = null;
        Do(async () => stored = await Cluster.ApplyAsync(pod));
        return stored!;
    }

    public void Delete(string name, long grace = 30) => Do(() => Cluster.DeleteAsync(name, grace));

    public PodStatus Status(string name) => Cluster.Find(name)!.Status;

    public ContainerStatus Container(string pod, int index = 0) => Status(pod).ContainerStatuses[index];

    public string IdOf(string pod, int index = 0) => Container(pod, index).ContainerID!["docker://".Length..];

    public NodeCondition Ready() => Cluster.Node!.Conditions.Single(condition => condition.Type == "Ready");

    public IReadOnlyList<ContainerSnapshot> Containers() => Engine.Snapshots();

    /// <summary>Ids of what runs, in order.</summary>
    public string Running() => string.Join(' ', Containers()
        .Where(container => container.Phase == ContainerPhase.Running).Select(container => container.Id).Order());

    public static Container Plain(string name, string image = "plain") =>
        new() { Name = name, Image = image, ImagePullPolicy = "IfNotPresent" };

    // Also the proof that an agent can be stopped at any moment, for every test ends with it.
    public void Dispose() => Do(() => Cluster.DisposeAsync().AsTask());
}
