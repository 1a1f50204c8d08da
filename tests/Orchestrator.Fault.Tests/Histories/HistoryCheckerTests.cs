namespace Orchestrator.Fault.Tests.Histories;

/// <summary>The checker passes what is right and catches each kind of wrong.</summary>
public sealed class HistoryCheckerTests
{
    // One object's life: made at 5, updated at 6, patched at 7, deleted at 8; and another made at 9.
    private const string Good = """
        0-2 create a t1 1 = a.1:5:t1:1
        3-4 get a = a.1:5:t1:1
        4-6 update a t2 2 on 5 = a.1:6:t2:2
        7-8 patch a t3 = a.1:7:t3:2
        9-10 delete a.1 = ok
        11-12 get a = none
        13-14 create b t4 1 = b.1:9:t4:1
        15-16 list = 9 b.1:9:t4:1
        w1 0..9 +a.1:5:t1:1 ~a.1:6:t2:2 ~a.1:7:t3:2 -a.1:8:t3:2 +b.1:9:t4:1
        w2 5..9 ~a.1:6:t2:2 ~a.1:7:t3:2 -a.1:8:t3:2 +b.1:9:t4:1

        """;

    private const string Made = "0-2 create a t1 1 = a.1:5:t1:1\n";

    // why | what happens beside or instead
    public static TheoryData<string, string> GoodOnes => new()
    {
        { "nothing happened", "" },
        { "one life", Good },
        { "a lost answer may be a write", "0-? create a t1 1\nw1 0..9 +a.1:5:t1:1" },
        { "a lost answer may be no write", "0-? create a t1 1\nw1 0..9" },
        { "a lost answer may come true much later", Good + "1-? patch b t9\n17-18 get b = b.1:9:t4:1\n" +
            "19-20 get b = b.1:10:t9:1\nw3 9..10 ~b.1:10:t9:1" },
        { "a read beside a write may see it or not", Made + "3-9 patch a t2 = a.1:6:t2:1\n4-5 get a = a.1:5:t1:1\n" +
            "6-7 get a = a.1:6:t2:1\nw1 0..9 +a.1:5:t1:1 ~a.1:6:t2:1" },
        { "an update on an old version is refused", Good + "8-9 update a t9 9 on 5 = Conflict" },
        { "what is there cannot be created", Good + "3-4 create a t9 1 = AlreadyExists" },
        { "what is gone cannot be patched", Good + "11-12 patch a t9 = NotFound" },
        { "another life is not deleted", Good + "17-18 delete b.0 = Conflict" },
        { "a name lives twice", Good + "17-18 create a t9 1 = a.2:10:t9:1\nw3 9..10 +a.2:10:t9:1" },
        { "a list shows its own revision, not the end of the call", Made + "3-9 patch a t2 = a.1:6:t2:1\n" +
            "3-8 list = 5 a.1:5:t1:1\nw1 0..9 +a.1:5:t1:1 ~a.1:6:t2:1" },
        { "an old read that says so", Good + "11-12 get a = a.1:7:t3:2 old\n17-18 list = 5 a.1:5:t1:1 old" },
        { "who began late missed nothing", Good + "w3 9..9" },
        { "other kinds have revisions too", Good + "17-18 list = 40 b.1:9:t4:1" },
    };

    // why | the history | what it breaks
    public static TheoryData<string, string, Rule> BadOnes => new()
    {
        { "one revision for two objects", Good + "17-18 create c t9 1 = c.1:9:t9:1", Rule.RevisionReused },
        { "one revision for two versions", Good + "17-18 get b = b.1:9:t4:7", Rule.RevisionReused },
        { "watchers differ", Good + "w3 8..9 +b.1:9:t4:2", Rule.RevisionReused },
        { "an event twice", Good + "w3 8..9 +b.1:9:t4:1 +b.1:9:t4:1", Rule.WatchRepeated },
        { "an older event", Good + "w3 7..9 +b.1:9:t4:1 -a.1:8:t3:2", Rule.WatchRepeated },
        { "an event it had before it began", Good + "w3 9..9 +b.1:9:t4:1", Rule.WatchRepeated },
        { "an event left out", Good + "w3 6..9 ~a.1:7:t3:2 +b.1:9:t4:1", Rule.WatchMissed },
        { "an event that did not come in time", Good + "w3 6..9 ~a.1:7:t3:2 -a.1:8:t3:2", Rule.WatchMissed },
        { "sent away", Good + "w3 8..9 410 +b.1:9:t4:1", Rule.WatchExpired },
        { "added twice", Good + "17-18 create b t9 1 = b.2:10:t9:1\nw3 9..10 +b.2:10:t9:1", Rule.ImpossibleEvent },
        { "modified after it was gone", Good + "17-18 patch a t9 = a.1:10:t9:2\nw3 9..10 ~a.1:10:t9:2",
            Rule.ImpossibleEvent },
        { "another life without a death", Good + "17-18 patch b t9 = b.2:10:t9:1\nw3 9..10 ~b.2:10:t9:1",
            Rule.ImpossibleEvent },
        { "deleted in a state it never had", Good + "17-18 delete b.1 = ok\nw3 9..10 -b.1:10:t4:7",
            Rule.ImpossibleEvent },
        { "acknowledged and nowhere", Good + "17-18 patch b t9 = b.1:10:t9:1", Rule.LostWrite },
        { "acknowledged deletion, still there", Good + "17-18 delete b.1 = ok", Rule.LostWrite },
        { "a patch that took a counter back", Good + "17-18 patch b t9 = b.1:10:t9:0\nw3 9..10 ~b.1:10:t9:0",
            Rule.NotAsWritten },
        { "an answer with somebody else's version", Made + "3-4 patch a t2 = a.1:7:t3:1\n3-5 patch a t3 = a.1:7:t3:1\n"
            + "w1 0..9 +a.1:5:t1:1 ~a.1:6:t2:1 ~a.1:7:t3:1", Rule.NotAsWritten },
        { "a version from nowhere", Good + "w3 9..10 ~b.1:10:t9:1", Rule.Unexplained },
        { "a deletion from nowhere", Good + "w3 9..10 -b.1:10:t4:1", Rule.Unexplained },
        { "refused and done", Good + "17-18 patch b t9 = NotFound\nw3 9..10 ~b.1:10:t9:1", Rule.RefusedYetApplied },
        { "done twice", Good + "17-? patch b t9\nw3 9..11 ~b.1:10:t9:1 ~b.1:11:t9:1", Rule.AppliedTwice },
        { "one life deleted twice", Good + "9-11 delete a.1 = ok", Rule.AppliedTwice },
        { "an update over a version it did not know", Made + "3-4 patch a t2 = a.1:6:t2:1\n" +
            "5-6 update a t3 2 on 5 = a.1:7:t3:2\nw1 0..9 +a.1:5:t1:1 ~a.1:6:t2:1 ~a.1:7:t3:2", Rule.LostUpdate },
        { "two updates of one version", Made + "3-8 update a t2 2 on 5 = a.1:6:t2:2\n"
            + "3-9 update a t3 2 on 5 = a.1:7:t3:2\n"
            + "w1 0..9 +a.1:5:t1:1 ~a.1:6:t2:2 ~a.1:7:t3:2", Rule.LostUpdate },
        { "a later write with an earlier revision", "0-2 create a t1 1 = a.1:6:t1:1\n3-4 create b t2 1 = b.1:5:t2:1\n" +
            "w1 0..9 +b.1:5:t2:1 +a.1:6:t1:1", Rule.RevisionWentBack },
        { "a deletion before what was known", "0-1 create b t2 1 = b.1:4:t2:1\n0-2 create a t1 1 = a.1:6:t1:1\n" +
            "3-4 delete b.1 = ok\nw1 0..9 +b.1:4:t2:1 -b.1:5:t2:1 +a.1:6:t1:1", Rule.RevisionWentBack },
        { "a lost write that came before its call", Good + "17-? patch b t9\n15-16 get b = b.1:10:t9:1\n" +
            "w3 9..10 ~b.1:10:t9:1", Rule.RevisionWentBack },
        { "a read of what was overwritten", Good + "9-10 get a = a.1:6:t2:2", Rule.StaleRead },
        { "a read of what was deleted", Good + "11-12 get a = a.1:7:t3:2", Rule.StaleRead },
        { "a read that does not find what is there", Good + "15-16 get b = none", Rule.StaleRead },
        { "a read older than another one", Made + "3-20 patch a t2 = a.1:6:t2:1\n4-5 get a = a.1:6:t2:1\n" +
            "6-7 get a = a.1:5:t1:1\nw1 0..9 +a.1:5:t1:1 ~a.1:6:t2:1", Rule.StaleRead },
        { "a read older than an event", Made + "3-20 patch a t2 = a.1:6:t2:1\n" +
            "6-7 get a = a.1:5:t1:1\nw1 0..9 +a.1:5:t1:1 ~a.1:6:t2:1@5", Rule.StaleRead },
        { "a read of what is not there yet", Good + "0-1 get b = b.1:9:t4:1", Rule.StaleRead },
        { "a read that says it is old, of what never was", Good + "17-18 get a = a.1:7:t3:9 old", Rule.StaleRead },
        { "a list that says it is old, of no moment", Good + "17-18 list = 8 a.1:7:t3:2 old", Rule.WrongList },
        { "a list older than a write", Good + "17-18 list = 8", Rule.StaleRead },
        { "a list older than another list", Good + "17-18 list = 40 b.1:9:t4:1\n19-20 list = 39 b.1:9:t4:1",
            Rule.StaleRead },
        { "a list with a hole", Good + "17-18 list = 9", Rule.WrongList },
        { "a list with a ghost", Good + "17-18 list = 9 b.1:9:t4:1 a.1:7:t3:2", Rule.WrongList },
        { "a list of two moments", Made + "3-4 create b t2 1 = b.1:6:t2:1\n5-9 patch a t3 = a.1:7:t3:1\n" +
            "5-9 patch b t4 = b.1:8:t4:1\n5-9 list = 8 a.1:5:t1:1 b.1:8:t4:1\n" +
            "w1 0..9 +a.1:5:t1:1 +b.1:6:t2:1 ~a.1:7:t3:1 ~b.1:8:t4:1", Rule.WrongList },
        { "a conflict nobody made", Good + "17-18 update b t9 2 on 9 = Conflict", Rule.UnfoundedRefusal },
        { "not found though it is there", Good + "17-18 patch b t9 = NotFound", Rule.UnfoundedRefusal },
        { "already there though it is not", Good + "11-12 create a t9 1 = AlreadyExists", Rule.UnfoundedRefusal },
    };

    [Theory, MemberData(nameof(GoodOnes))]
    public void What_is_right_passes(string why, string history)
    {
        var found = HistoryChecker.Check(HistoryText.Parse(history));
        Assert.True(found.Count == 0, $"{why}: {string.Join('\n', found)}");
    }

    [Theory, MemberData(nameof(BadOnes))]
    public void What_is_wrong_is_caught(string why, string history, Rule rule)
    {
        var found = HistoryChecker.Check(HistoryText.Parse(history));
        Assert.True(found.Any(violation => violation.Rule == rule), $"{why}: found [{string.Join('\n', found)}]");
    }

    [Fact]
    public void Every_rule_has_a_history_that_breaks_it() =>
        Assert.Equal(Enum.GetValues<Rule>(), BadOnes.Select(row => (Rule)((object[])row)[2]).Distinct().Order());
}
