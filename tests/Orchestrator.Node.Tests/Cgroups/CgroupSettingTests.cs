using Orchestrator.Nodes.Cgroups;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Tests.Cgroups;

/// <summary>What a pod is bounded to, in the words of the kernel and of systemd.</summary>
public sealed class CgroupSettingTests
{
    private static readonly PodBounds Weight = new(1024, 0, 0, 0, []);

    // why | bounds | one tree | settings
    public static TheoryData<string, PodBounds, bool, string> Cases => new()
    {
        { "a weight", Weight, false, "cpu.shares=1024!" },
        { "a weight of one tree", Weight, true, "cpu.weight=39!" },
        { "the least", Weight with { CpuShares = 2 }, true, "cpu.weight=1!" },
        { "the most", Weight with { CpuShares = 262_144 }, true, "cpu.weight=10000!" },
        { "processes", Weight with { PidsMax = 7 }, false, "cpu.shares=1024! pids.max=7" },
        { "a quota", Weight with { CpuQuotaMicros = 50_000 }, false,
            "cpu.shares=1024! cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000" },
        { "a quota of one tree", Weight with { CpuQuotaMicros = 50_000 }, true, "cpu.weight=39! cpu.max=50000 100000" },
        { "memory", Weight with { MemoryBytes = 4096 }, false, "cpu.shares=1024! memory.limit_in_bytes=4096" },
        { "memory of one tree", Weight with { MemoryBytes = 4096 }, true, "cpu.weight=39! memory.max=4096" },
        { "huge pages", Weight with { HugePages = [new(2 << 20, 4 << 20), new(1 << 30, 0)] }, false,
            "cpu.shares=1024! hugetlb.2MB.limit_in_bytes=4194304 hugetlb.1GB.limit_in_bytes=0" },
        { "small ones of one tree", Weight with { HugePages = [new(64 << 10, 64 << 10)] }, true,
            "cpu.weight=39! hugetlb.64KB.max=65536" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A11_bounds_are_lines_of_files(string why, PodBounds bounds, bool isUnified, string expected) =>
        string.Join(' ', CgroupSetting.Of(bounds, isUnified)
            .Select(line => $"{line.File}={line.Value}{(line.IsVital ? "!" : "")}")).ShouldBe(expected, why);

    [Theory]
    [InlineData(false, "CPUShares=1024 TasksMax=9 CPUQuota=13% MemoryMax=4096")]
    [InlineData(true, "CPUWeight=39 TasksMax=9 CPUQuota=13% MemoryMax=4096")]
    public void A11_bounds_are_properties_of_slices(bool isUnified, string expected) => string.Join(' ',
        CgroupSlices.Properties(new(1024, 12_500, 4096, 9, []), isUnified)).ShouldBe(expected);
}
