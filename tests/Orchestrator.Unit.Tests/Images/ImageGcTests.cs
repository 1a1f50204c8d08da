using System.Globalization;
using Orchestrator.Reconcilers.Images;

namespace Orchestrator.Tests.Images;

public sealed class ImageGcTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // why | images: name:bytes[@last used, minutes ago][/first seen, minutes ago][! used][= kept] | disk used of 100
    // | for room, and how much
    public static TheoryData<string, string, int, string> Rooms => new()
    {
        { "below the high mark nothing goes", "a:10", 84, "" },
        { "from the high mark on it goes down to the low one", "a:10", 85, "a 5" },
        { "what was never used goes first", "a:10@30 b:10", 90, "b a 10" },
        { "then what was not used for longest", "a:10@30 b:10@60 c:10@90", 95, "c b a 15" },
        { "of two alike that which is here for longer", "a:10/30 b:10/60", 90, "b a 10" },
        { "what is used stays", "a:10! b:10", 90, "b 10" },
        { "so does what cannot be had again", "a:10= b:10", 90, "b 10" },
        { "and what has just come", "a:10/1 b:10/2", 90, "b 10" },
        { "all in use: there is nothing, but it is wanted", "a:10!", 90, " 10" },
    };

    [Theory]
    [MemberData(nameof(Rooms))]
    public void B1_image_room_is_made_from_the_oldest(string why, string images, int used, string expected)
    {
        var plan = Plan(images, new DiskSight(100, 100 - used), new ImageGcLimits(), TimeSpan.FromDays(9));
        var shown = string.Join(' ', plan.ForRoom.Select(one => one.Id)
            .Append(plan.BytesWanted == 0 ? null : $"{plan.BytesWanted}").Where(text => text is not null));
        shown.ShouldBe(expected.Trim(), why);
        plan.Aged.ShouldBeEmpty(why);
    }

    // why | images | node looks since, minutes | aged
    public static TheoryData<string, string, int, string> Ages => new()
    {
        { "unused for longer than an hour", "a:10@61", 600, "a" },
        { "not yet", "a:10@60", 600, "" },
        { "in use", "a:10@61!", 600, "" },
        { "kept", "a:10@61=", 600, "" },
        { "never used, here for longer", "a:10/61", 600, "a" },
        { "never used, but the node has not looked for that long", "a:10", 60, "" },
        { "never used, and it has", "a:10", 61, "a" },
        { "unused for long, says a node that is new", "a:10@90", 59, "" },
    };

    [Theory]
    [MemberData(nameof(Ages))]
    public void B1_image_age_removes_what_nobody_uses(string why, string images, int looks, string expected)
    {
        var limits = new ImageGcLimits { UnusedMax = TimeSpan.FromHours(1) };
        var plan = Plan(images, null, limits, TimeSpan.FromMinutes(looks));
        string.Join(' ', plan.Aged.Select(one => one.Id)).ShouldBe(expected, why);
        plan.BytesWanted.ShouldBe(0, why);
    }

    [Fact]
    public void B1_image_age_counts_before_room()
    {
        var limits = new ImageGcLimits { UnusedMax = TimeSpan.FromHours(1) };
        var plan = Plan("a:4@90 b:10@30", new DiskSight(100, 10), limits, TimeSpan.FromDays(9));
        plan.Aged.Single().Why.ShouldBe("no container has used it for 01:00:00");
        plan.ForRoom.Single().Why.ShouldBe("the disk is 90 % full, more than 85 %");
        plan.BytesWanted.ShouldBe(6, "what age frees need not be freed again");
    }

    [Fact]
    public void B1_image_collection_can_be_switched_off() =>
        Plan("a:10", new DiskSight(100, 0), new ImageGcLimits { HighPercent = 100 }, TimeSpan.FromDays(9))
            .ShouldBe(ImageGcPlan.Nothing);

    [Fact]
    public void B1_image_records_remember_use_and_forget_what_has_gone()
    {
        ImageSight Sight(string id, bool isUsed) => new(id, 1, isUsed, false);
        var first = ImageRecord.After(null, [Sight("a", false), Sight("b", true)], Now);
        first.Select(one => (one.FirstSeen, one.LastUsed)).ShouldBe(
            [(DateTimeOffset.MinValue, DateTimeOffset.MinValue), (DateTimeOffset.MinValue, Now)],
            "what was there before the node is as old as can be");
        var later = Now.AddMinutes(5);
        var second = ImageRecord.After(first, [Sight("b", false), Sight("c", false)], later);
        second.Select(one => (one.Id, one.FirstSeen, one.LastUsed)).ShouldBe(
            [("b", DateTimeOffset.MinValue, Now), ("c", later, DateTimeOffset.MinValue)]);
    }

    private static ImageGcPlan Plan(string images, DiskSight? disk, ImageGcLimits limits, TimeSpan looks) =>
        ImageGc.Plan([.. images.Split(' ').Select(Record)], disk, limits, Now - looks, Now);

    private static ImageRecord Record(string text)
    {
        var bare = text.TrimEnd('!', '=');
        var (name, size) = (bare[..bare.IndexOf(':')], Number(bare, ':', 0)!.Value);
        return new ImageRecord(
            new ImageSight(name, size, text.EndsWith('!'), text.EndsWith('=')),
            Number(bare, '/', null) is { } seen ? Now.AddMinutes(-seen) : DateTimeOffset.MinValue,
            Number(bare, '@', null) is { } used ? Now.AddMinutes(-used) : DateTimeOffset.MinValue);
    }

    private static int? Number(string text, char sign, int? otherwise)
    {
        var at = text.IndexOf(sign);
        return at < 0 ? otherwise : int.Parse(
            new string([.. text[(at + 1)..].TakeWhile(char.IsAsciiDigit)]), CultureInfo.InvariantCulture);
    }
}
