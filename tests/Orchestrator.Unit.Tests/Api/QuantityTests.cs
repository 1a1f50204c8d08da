using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class QuantityTests
{
    public static TheoryData<string, string, string> Canonical => new()
    {
        { "thousandths that make a whole", "1000m", "1" },
        { "thousandths that do not", "1500m", "1500m" },
        { "decimals become thousandths", "0.1", "100m" },
        { "the largest suffix without a fraction", "1024Mi", "1Gi" },
        { "a fraction of a binary suffix", "1.5Gi", "1536Mi" },
        { "binary below one kibi has no suffix", "0.5Ki", "512" },
        { "decimal suffixes", "1000k", "1M" },
        { "exponents keep their form", "1e3", "1e3" },
        { "exponents normalise to threes", "12e4", "120e3" },
        { "zero has no suffix", "0Gi", "0" },
        { "a sign is kept", "-100m", "-100m" },
        { "finer than a billionth is rounded up", "0.0000000001", "1n" },
        { "a plus sign goes", "+5", "5" },
        { "leading dot", ".5", "500m" },
        { "exa is no exponent", "1E", "1E" },
    };

    [Theory, MemberData(nameof(Canonical))]
    public void Amounts_are_printed_canonically(string why, string text, string expected) =>
        Quantity.Parse(text).ToString().ShouldBe(expected, why);

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("1.2.3")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("--1")]
    [InlineData("1ee3")]
    public void Texts_that_are_no_amount_are_refused(string text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Equal_amounts_are_equal_however_written()
    {
        Quantity.Parse("1Gi").ShouldBe(Quantity.Parse("1024Mi"));
        Quantity.Parse("1").ShouldBe(Quantity.Parse("1000m"));
        (Quantity.Parse("1M") < Quantity.Parse("1Mi")).ShouldBeTrue();
    }

    [Fact]
    public void A_sum_that_starts_at_nothing_takes_the_form_of_what_comes() =>
        (Quantity.Zero + Quantity.Parse("2Gi")).ToString().ShouldBe("2Gi");

    [Fact]
    public void Whole_units_are_rounded_up() => Quantity.Parse("1001m").Value.ShouldBe(2);

    [Fact]
    public void The_canonical_text_reads_back_as_itself() =>
        Prop.ForAll(
            Gen.Zip(Gen.Choose(-1_000_000, 1_000_000),
                Gen.Elements("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "n", "u", "e3"))
                .ToArbitrary(),
            pair =>
            {
                var amount = Quantity.Parse($"{pair.Item1}{pair.Item2}");
                var again = Quantity.Parse(amount.ToString());
                return again == amount && again.ToString() == amount.ToString();
            }).QuickCheckThrowOnFailure();
}
