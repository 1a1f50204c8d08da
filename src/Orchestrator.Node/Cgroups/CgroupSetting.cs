using System.Globalization;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Cgroups;

/// <summary>One line in one file of a group, as the kernel reads it.</summary>
/// <param name="Controller">The controller whose file it is.</param>
/// <param name="IsVital">Without it the group would change how a pod's containers fare against others.</param>
internal sealed record CgroupSetting(string Controller, string File, string Value, bool IsVital = false)
{
    private const long CpuPeriodMicros = 100_000;
    private const long SharesMin = 2;
    private const long SharesSpan = 262_142;
    private const long WeightSpan = 9_999;

    /// <summary>What bounds a pod. Pure.</summary>
    /// <param name="isUnified">All controllers share one tree (cgroup v2), and their files have other names.</param>
    public static IReadOnlyList<CgroupSetting> Of(PodBounds bounds, bool isUnified)
    {
        var settings = new List<CgroupSetting>
        {
            isUnified ? new("cpu", "cpu.weight", Text(WeightOf(bounds.CpuShares)), IsVital: true)
                : new("cpu", "cpu.shares", Text(bounds.CpuShares), IsVital: true),
        };
        if (bounds.PidsMax > 0) settings.Add(new("pids", "pids.max", Text(bounds.PidsMax)));
        if (bounds.CpuQuotaMicros > 0) AddQuota(settings, bounds.CpuQuotaMicros, isUnified);
        if (bounds.MemoryBytes > 0)
        {
            settings.Add(new("memory", isUnified ? "memory.max" : "memory.limit_in_bytes", Text(bounds.MemoryBytes)));
        }
        settings.AddRange(bounds.HugePages.Select(pages => new CgroupSetting("hugetlb",
            $"hugetlb.{SizeOf(pages.PageBytes)}.{(isUnified ? "max" : "limit_in_bytes")}", Text(pages.LimitBytes))));
        return settings;
    }

    /// <summary>What runtimes make of shares where there is one tree.</summary>
    public static long WeightOf(long shares) => 1 + ((shares - SharesMin) * WeightSpan / SharesSpan);

    /// <summary>What is not bounded without it.</summary>
    public string Meaning => Controller switch
    {
        "pids" => "the number of processes",
        "memory" => "memory",
        "hugetlb" => "huge pages",
        _ => "processor time",
    };

    private static void AddQuota(List<CgroupSetting> settings, long micros, bool isUnified)
    {
        if (isUnified)
        {
            settings.Add(new("cpu", "cpu.max", $"{Text(micros)} {Text(CpuPeriodMicros)}"));
            return;
        }
        settings.Add(new("cpu", "cpu.cfs_period_us", Text(CpuPeriodMicros)));
        settings.Add(new("cpu", "cpu.cfs_quota_us", Text(micros)));
    }

    // As the kernel calls it: 2MB, 1GB, 64KB.
    private static string SizeOf(long bytes) =>
        bytes >= 1L << 30 ? $"{bytes >> 30}GB" : bytes >= 1L << 20 ? $"{bytes >> 20}MB" : $"{bytes >> 10}KB";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
