using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class HumanDurationTests
{
    public static TheoryData<string, double, string> Cases => new()
    {
        { "a clock a second ahead is forgiven", -1, "0s" },
        { "a clock further ahead is not", -2, "<invalid>" },
        { "seconds up to two minutes", 119, "119s" },
        { "minutes and seconds up to ten minutes", 450, "7m30s" },
        { "no seconds when they are none", 120, "2m" },
        { "minutes up to three hours", 179 * 60 + 59, "179m" },
        { "hours and minutes up to eight hours", 3 * 3600 + 60, "3h1m" },
        { "hours up to two days", 47.9 * 3600, "47h" },
        { "days and hours up to eight days", (5 * 24 + 3) * 3600, "5d3h" },
        { "days up to two years", 400.0 * 86400, "400d" },
        { "years and days up to eight years", (365 * 2 + 40) * 86400.0, "2y40d" },
        { "years after that", 365 * 9 * 86400.0, "9y" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Ages_are_short(string why, double seconds, string expected) =>
        HumanDuration.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(expected, why);

    [Fact]
    public void An_age_without_a_start_is_unknown() => HumanDuration.Since(null, Given.Now).ShouldBe("<unknown>");
}
