using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>What confines a container in the engine's words, and how a node is told of devices and limits.</summary>
public sealed class ConfinementTests
{
    private static readonly ContainerSpec Bare = new()
    {
        Name = "c",
        Image = "i",
        Labels = new Dictionary<string, string>(),
    };

    // why | the container | security options
    public static TheoryData<string, Func<ContainerSpec, ContainerSpec>, string> Options => new()
    {
        { "nothing said", spec => spec, "" },
        { "no new privileges", spec => spec with { NoNewPrivileges = true }, "no-new-privileges" },
        { "no filter", spec => spec with { Seccomp = ContainerSpec.Unconfined }, "seccomp=unconfined" },
        { "a filter", spec => spec with { Seccomp = "{}" }, "seccomp={}" },
        { "a profile", spec => spec with { AppArmor = "strict" }, "apparmor=strict" },
        { "labels", spec => spec with { SeLinux = new() { Level = "s0:c1", Type = "spc_t" } },
            "label=type:spc_t label=level:s0:c1" },
        { "privileged", spec => spec with { Privileged = true, Seccomp = "{}" }, "seccomp={}" },
    };

    [Theory, MemberData(nameof(Options))]
    public void A9_profiles_and_labels(string why, Func<ContainerSpec, ContainerSpec> change, string expected) =>
        string.Join(' ', ContainerConfinement.SecurityOptions(change(Bare))).ShouldBe(expected, why);

    [Fact]
    public void A9_a_privileged_container_that_the_machine_limits_is_not_filtered_twice()
    {
        var host = ContainerMapping.ToEngine(
            Bare with { Privileged = true, Seccomp = "{}" }, "c/n", new DockerOptions(),
            new MachineAbilities(LowersOomScore: true, GrantsAllCapabilities: false)).HostConfig;
        host.SecurityOpt.ShouldBe(["seccomp=unconfined", "label=disable"]);
    }

    [Fact]
    public void A11_accelerators_are_asked_of_their_vendor_by_number()
    {
        var host = ContainerMapping.ToEngine(
            Bare with
            {
                Accelerators = new Dictionary<string, IReadOnlyList<string>> { ["nvidia.com/gpu"] = ["0", "3"] },
                Devices = ["/dev/fuse"],
                PidsMax = 7,
                Runtime = "runsc",
                Ulimits = ContainerUlimit.ParseAll("nofile=100:200, nproc=5"),
            }, "c/n", new DockerOptions(), MachineAbilities.Full).HostConfig;
        var request = host.DeviceRequests!.Single();
        (request.Driver, string.Join(',', request.DeviceIds), request.Capabilities[0][0])
            .ShouldBe(("nvidia", "0,3", "gpu"));
        host.Devices.ShouldBe([new DeviceConfig("/dev/fuse", "/dev/fuse", "rwm")]);
        (host.PidsLimit, host.Runtime).ShouldBe((7, "runsc"));
        host.Ulimits.ShouldBe([new UlimitConfig("nofile", 100, 200), new UlimitConfig("nproc", 5, 5)]);
    }

    [Theory]
    [InlineData("example.com/fuse=/dev/fuse", "/dev/fuse", 1)]
    [InlineData("example.com/fuse=/dev/fuse*8", "/dev/fuse", 8)]
    [InlineData("nvidia.com/gpu=4", "", 4)]
    public void A11_devices_are_read(string text, string path, int count) =>
        NodeDevice.Parse(text).ShouldBe(new NodeDevice(text[..text.IndexOf('=')], path, count));

    [Theory]
    [InlineData("fuse=/dev/fuse")]
    [InlineData("example.com/fuse")]
    [InlineData("example.com/fuse=dev")]
    [InlineData("example.com/fuse=/dev/fuse*many")]
    public void A11_what_is_no_device_is_said(string text) =>
        Should.Throw<FormatException>(() => NodeDevice.Parse(text)).Message.ShouldStartWith($"\"{text}\" is no device");

    [Theory]
    [InlineData("nofile")]
    [InlineData("nofile=-2")]
    [InlineData("=1")]
    [InlineData("nofile=1:2:3")]
    public void A11_what_is_no_limit_is_said(string text) =>
        Should.Throw<FormatException>(() => ContainerUlimit.ParseAll(text)).Message.ShouldContain("is no limit");
}
