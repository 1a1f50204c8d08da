using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class ProtobufTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private static ReadOnlySpan<byte> ZeroOfALaterVersion => [0x78, 0x00];

    [Fact]
    public async Task A_binary_object_goes_the_way_of_all_others()
    {
        var metadata = Message(1,
            [.. Message(1, "binary"u8), 0x42, 0x00, .. Message(11, [.. Message(1, "app"u8), .. Message(2, "x"u8)])]);
        var data = Message(2, [.. Message(1, "k"u8), .. Message(2, "v"u8)]);
        var answer = await SendAsync("ConfigMap", [.. metadata, .. data, .. ZeroOfALaterVersion]);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var read = (await api.GetAsync($"{Given.ConfigMaps}/binary")).Json;
        read.GetProperty("data").GetProperty("k").GetString().ShouldBe("v");
        read.GetProperty("metadata").GetProperty("labels").GetProperty("app").GetString().ShouldBe("x");
    }

    [Theory]
    [InlineData("ConfigMap", new byte[] { 0x0a, 0x7f }, 400, "cut off")]
    [InlineData("ConfigMap", new byte[] { 0x7a, 0x00 }, 400, "field 15 of ConfigMap is not known")]
    [InlineData("Widget", new byte[0], 415, "unknown format")]
    public async Task A_damaged_one_is_refused(string kind, byte[] raw, int code, string says)
    {
        using var answer = await SendAsync(kind, raw);
        ((int)answer.StatusCode).ShouldBe(code);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(says);
    }

    private async Task<HttpResponseMessage> SendAsync(string kind, byte[] raw)
    {
        var type = Message(1, [.. Message(1, "v1"u8), .. Message(2, Encoding.UTF8.GetBytes(kind))]);
        using var content = new ByteArrayContent([.. "k8s\0"u8, .. type, .. Message(2, raw)]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.kubernetes.protobuf");
        return await api.Client.PostAsync(Given.ConfigMaps, content);
    }

    // All lengths here fit into one byte.
    private static byte[] Message(int number, ReadOnlySpan<byte> bytes) =>
        [(byte)((number << 3) | 2), (byte)bytes.Length, .. bytes];
}
