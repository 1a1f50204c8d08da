namespace Orchestrator.Fault.Tests.Containers;

public sealed class ContainerCheckerTests
{
    // why | events: engine, action, id, container and attempt of one pod | what is found
    public static TheoryData<string, string, string> Cases => new()
    {
        { "a life", "e1 create 1 main_0, e1 start 1 main_0, e1 die 1 main_0, e1 destroy 1 main_0", "" },
        { "two containers of a pod", "e1 create 1 main_0, e1 create 2 side_0, e1 start 1 main_0, "
            + "e1 start 2 side_0", "" },
        { "made again before it ever ran", "e1 create 1 main_0, e1 destroy 1 main_0, e1 create 2 main_0, "
            + "e1 start 2 main_0", "" },
        { "on two engines", "e1 create 1 main_0, e2 create 2 main_0", "is made on" },
        { "on two engines one after the other", "e1 create 1 main_0, e1 start 1 main_0, e1 destroy 1 main_0, "
            + "e2 create 2 main_0, e2 start 2 main_0", "is started on" },
        { "replaced", "e1 create 1 main_0, e1 start 1 main_0, e1 destroy 1 main_0, e1 create 2 main_0, "
            + "e1 start 2 main_0", "is started on" },
        { "started twice", "e1 create 1 main_0, e1 start 1 main_0, e1 die 1 main_0, "
            + "e1 start 1 main_0", "is started on" },
        { "a second attempt", "e1 create 1 main_0, e1 start 1 main_0, e1 create 2 main_1, e1 start 2 main_1",
            "nobody ended the one before" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void What_the_engines_did_is_judged(string why, string events, string expected)
    {
        var found = string.Join('\n', ContainerChecker.Check(events.Split(", ").Select(Event)));
        Assert.True(expected.Length == 0 ? found.Length == 0 : found.Contains(expected), $"{why}: found [{found}]");
    }

    [Fact]
    public void Containers_of_others_do_not_matter() => Assert.Empty(ContainerChecker.Check(
        [new("e1", "start", "1", "registry_1"), new("e1", "start", "1", "registry_1")]));

    private static ContainerEvent Event(string text)
    {
        var words = text.Split(' ');
        var parts = words[3].Split('_');
        return new(words[0], words[1], words[2], $"k8s_{parts[0]}_web_default_uid_{parts[1]}");
    }
}
