using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Images;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.0009, "0s")]
    [InlineData(0.532, "532ms")]
    [InlineData(1, "1s")]
    [InlineData(1.2345, "1.234s")]
    [InlineData(62.5, "1m2.5s")]
    [InlineData(300, "5m0s")]
    [InlineData(3600, "1h0m0s")]
    [InlineData(9045.25, "2h30m45.25s")]
    public void Spans_are_written_as_Go_does(double seconds, string expected) =>
        GoDuration.Text(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("90s", 90)]
    [InlineData("1m30s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("250ms", 0.25)]
    public void And_read(string text, double seconds)
    {
        GoDuration.TryParse(text, out var span).ShouldBeTrue();
        span.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("-1s")]
    [InlineData("1 m")]
    [InlineData("1d")]
    public void What_is_no_span_is_refused(string? text) => GoDuration.TryParse(text, out _).ShouldBeFalse();
}
