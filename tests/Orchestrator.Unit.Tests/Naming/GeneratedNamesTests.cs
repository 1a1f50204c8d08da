using Orchestrator.Api.Naming;

namespace Orchestrator.Unit.Tests.Naming;

public sealed class GeneratedNamesTests
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    [Fact]
    public void Chance_picks_five_letters_of_the_alphabet()
    {
        var picks = new Queue<int>([0, 1, 26, 2, 25]);
        GeneratedNames.Create("web-", bound =>
        {
            bound.ShouldBe(27);
            return picks.Dequeue();
        }).ShouldBe("web-bc9d8");
    }

    [Fact]
    public void Long_prefixes_are_cut_to_58()
    {
        GeneratedNames.Create(new string('a', 70), _ => 0).ShouldBe(new string('a', 58) + "bbbbb");
        GeneratedNames.Cut(new string('a', 70)).ShouldBe(new string('a', 58));
    }

    [Fact]
    public void The_same_slot_gives_the_same_suffix_and_others_another()
    {
        var seed = GeneratedNames.Seed("uid-1");
        GeneratedNames.Suffix(seed, 0).ShouldBe(GeneratedNames.Suffix(GeneratedNames.Seed("uid-1"), 0));
        GeneratedNames.Suffix(seed, 0).ShouldNotBe(GeneratedNames.Suffix(GeneratedNames.Seed("uid-2"), 0));
        var names = Enumerable.Range(0, 500).Select(slot => GeneratedNames.Suffix(seed, slot)).ToHashSet();
        names.Count.ShouldBeGreaterThan(495);
        names.ShouldAllBe(name => name.Length == 5 && name.All(c => Alphabet.Contains(c)));
    }

    [Fact]
    public void A_collision_count_gives_another_template_hash()
    {
        var hash = GeneratedNames.HashTemplate("""{"a":1}"""u8, null);
        hash.ShouldBe(GeneratedNames.HashTemplate("""{"a":1}"""u8, null));
        hash.ShouldNotBe(GeneratedNames.HashTemplate("""{"a":2}"""u8, null));
        GeneratedNames.HashTemplate("""{"a":1}"""u8, 0).ShouldNotBe(hash);
        GeneratedNames.HashTemplate("""{"a":1}"""u8, 1).ShouldNotBe(GeneratedNames.HashTemplate("""{"a":1}"""u8, 0));
        hash.ShouldAllBe(c => Alphabet.Contains(c));
        hash.Length.ShouldBeLessThanOrEqualTo(10);
    }
}
