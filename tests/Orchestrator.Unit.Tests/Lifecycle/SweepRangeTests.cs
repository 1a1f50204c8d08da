using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Unit.Tests.Lifecycle;

/// <summary>How silos divide the objects they wake.</summary>
public sealed class SweepRangeTests
{
    private static readonly string[] Silos =
        ["10.0.0.1:11111@1", "10.0.0.1:11112@1", "10.0.0.2:11111@1", "10.0.0.3:11111@1"];
    private static readonly string[] Keys = [.. Enumerable.Range(0, 3_000).Select(i => $"/pods/default/web-{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_key_is_one_silos_and_the_shares_are_alike(int count)
    {
        var owners = OwnersAmong(Silos[..count]);
        Assert.All(owners.Values, owner => Assert.Single(owner));
        foreach (var share in owners.Values.GroupBy(owner => owner[0]))
            Assert.InRange(share.Count() * count, 2_400, 3_600);
    }

    [Fact]
    public void A_silo_that_joins_takes_its_share_and_moves_nothing_else()
    {
        var (before, after) = (OwnersAmong(Silos[..3]), OwnersAmong(Silos));
        Assert.All(Keys, key => Assert.True(after[key][0] == before[key][0] || after[key][0] == Silos[3]));
    }

    [Fact]
    public void A_silo_that_does_not_see_itself_yet_counts_itself() =>
        Assert.Equal(2, new SweepRange("new", ["old"]).SiloCount);

    private static Dictionary<string, List<string>> OwnersAmong(string[] silos)
    {
        var ranges = silos.Select(silo => (silo, Range: new SweepRange(silo, silos))).ToList();
        return Keys.ToDictionary(
            key => key, key => ranges.Where(range => range.Range.Holds(key)).Select(range => range.silo).ToList());
    }
}
