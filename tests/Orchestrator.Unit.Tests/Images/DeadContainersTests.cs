using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Images;

public sealed class DeadContainersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // why | dead: pod/container@minutes ago | age min, minutes | per container | in all | removed
    public static TheoryData<string, string, int, int, int, string> Cases => new()
    {
        { "one of each stays", "p/a@1 p/b@2 q/a@3", 0, 1, -1, "" },
        { "of one container the newest stays", "p/a@1 p/a@2 p/a@3 q/a@9", 0, 1, -1, "p/a@3 p/a@2" },
        { "or so many", "p/a@1 p/a@2 p/a@3", 0, 2, -1, "p/a@3" },
        { "or any number", "p/a@1 p/a@2 p/a@3", 0, -1, -1, "" },
        { "or none", "p/a@1 q/a@2", 0, 0, -1, "q/a@2 p/a@1" },
        { "the young are left alone", "p/a@1 p/a@5 p/a@9", 6, 0, -1, "p/a@9" },
        { "of too many pods the oldest go", "p/a@1 q/a@2 r/a@3", 0, 1, 2, "r/a@3" },
        { "first each gives what it has more than the others", "p/a@1 p/a@2 q/a@3 q/a@4", 0, -1, 2, "q/a@4 p/a@2" },
        { "none at all may stay", "p/a@1 q/a@2", 0, 1, 0, "q/a@2 p/a@1" },
        { "few enough", "p/a@1 q/a@2", 0, 1, 2, "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dead_containers_are_removed_in_the_order_of_the_reference(
        string why, string dead, int ageMin, int perContainer, int max, string expected)
    {
        var limits = new DeadContainerLimits
        {
            AgeMin = TimeSpan.FromMinutes(ageMin),
            PerContainerMax = perContainer,
            Max = max,
        };
        var removed = DeadContainers.ToRemove([.. dead.Split(' ').Select(One)], limits, Now);
        string.Join(' ', removed).ShouldBe(expected, why);
    }

    private static DeadContainer One(string text)
    {
        var parts = text.Split('/', '@');
        return new DeadContainer(text, parts[0], parts[1], Now.AddMinutes(-int.Parse(parts[2])));
    }
}
