using System.Text;
using Orchestrator.ApiServer.Streams;
using Orchestrator.ApiServer.Streams.WebSockets;

namespace Orchestrator.ApiServer.Tests.Streams;

public sealed class ChannelProtocolTests
{
    // why | offered | chosen
    public static TheoryData<string, string[], string?> Offers => new()
    {
        { "kubectl from 1.30", ["v5.channel.k8s.io"], "v5.channel.k8s.io" },
        { "the client's order counts", ["v4.channel.k8s.io", "v5.channel.k8s.io"], "v4.channel.k8s.io" },
        { "what is unknown is passed over", ["v9.channel.k8s.io", "channel.k8s.io"], "channel.k8s.io" },
        { "no offer is the oldest protocol", [], "" },
        { "nothing that is known", ["mqtt"], null },
        { "a nameless offer is none", [""], null },
    };

    [Theory, MemberData(nameof(Offers))]
    public void The_first_known_offer_is_taken(string why, string[] offered, string? chosen) =>
        ChannelProtocol.Choose(ChannelProtocol.OfCommands, offered)?.Name.ShouldBe(chosen, why);

    [Theory]
    [InlineData("mqtt")]
    [InlineData("")]
    public void An_unknown_offer_is_not_taken(string offered) =>
        ChannelProtocol.Choose(ChannelProtocol.OfCommands, [offered]).ShouldBeNull();

    [Theory]
    [InlineData(false, 1, "hi", "016869")]
    [InlineData(false, 4, "", "04")]
    [InlineData(true, 1, "hi", "3161476b3d")]
    [InlineData(true, 0, "", "30")]
    public void A_message_has_its_channel_first(bool isText, byte channel, string text, string message)
    {
        var protocol = new ChannelProtocol("x", isText);
        Convert.ToHexStringLower(protocol.Encode(channel, Encoding.UTF8.GetBytes(text))).ShouldBe(message);
        var (readChannel, bytes) = protocol.Decode(Convert.FromHexString(message))!.Value;
        readChannel.ShouldBe(channel);
        Encoding.UTF8.GetString(bytes).ShouldBe(text);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(true, "x")]
    [InlineData(true, "1not base64!")]
    public void What_is_no_message_is_left_out(bool isText, string message) =>
        new ChannelProtocol("x", isText).Decode(Encoding.ASCII.GetBytes(message)).ShouldBeNull();

    // why | what the client sent | the size
    public static TheoryData<string, string, string> Sizes => new()
    {
        { "as kubectl sends it", """{"Width":80,"Height":24}""", "(80, 24)" },
        { "as JavaScript sends it", """{"height":24,"width":80}""", "(80, 24)" },
        { "with a line's end", "{\"Width\":80,\"Height\":24}\n", "(80, 24)" },
        { "nothing", "", "" },
        { "not JSON", "80x24", "" },
        { "no number", """{"Width":"80","Height":24}""", "" },
        { "no size", """{"Width":0,"Height":24}""", "" },
        { "beyond any terminal", """{"Width":70000,"Height":24}""", "" },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void A_size_is_read(string why, string sent, string size) =>
        $"{CommandInput.SizeOf(Encoding.UTF8.GetBytes(sent))}".ShouldBe(size, why);

    [Fact]
    public void The_end_is_told_in_words_that_clients_know()
    {
        Encoding.UTF8.GetString(CommandEnd.Success.ToStatus()).ShouldBe("""{"metadata":{},"status":"Success"}""");
        Encoding.UTF8.GetString(new CommandEnd(3).ToStatus()).ShouldBe(
            """{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}""");
        Encoding.UTF8.GetString(new CommandEnd(0, "no engine").ToStatus()).ShouldBe(
            """{"metadata":{},"status":"Failure","message":"Internal error occurred: no engine","reason":"InternalError","details":{"causes":[{"message":"no engine"}]},"code":500}""");
    }
}
