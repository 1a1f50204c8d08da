using System.IO.Compression;
using System.Text;
using Orchestrator.ApiServer.Streams.Spdy;

namespace Orchestrator.ApiServer.Tests.Streams;

public sealed class SpdyCodecTests
{
    // why | header | bytes
    public static TheoryData<string, int, uint, byte, int, string> Headers => new()
    {
        { "bytes of a stream", 0, 5, 0, 3, "0000000500000003" },
        { "the last bytes of a stream", 0, 7, 1, 0, "0000000701000000" },
        { "a stream is opened", 1, 0, 0, 0x0102, "8003000100000102" },
        { "a ping", 6, 0, 0, 4, "8003000600000004" },
        { "the longest there is", 0, 0x7fff_ffff, 0xff, 0xff_ffff, "7fffffffffffffff" },
    };

    [Theory, MemberData(nameof(Headers))]
    public void A_frame_header_is_eight_bytes(string why, int type, uint id, byte flags, int length, string bytes)
    {
        var header = new SpdyFrameHeader((SpdyFrameType)type, id, flags, length);
        var written = new byte[SpdyFrameHeader.Size];
        header.Write(written);
        Convert.ToHexStringLower(written).ShouldBe(bytes, why);
        SpdyFrameHeader.Read(Convert.FromHexString(bytes)).ShouldBe(header, why);
    }

    [Fact]
    public void Another_version_is_refused() => Should.Throw<SpdyProtocolException>(
        () => SpdyFrameHeader.Read(Convert.FromHexString("8002000100000000")));

    [Theory]
    [InlineData("an answer to a ping", "800300060000000400000009")]
    [InlineData("a stream is broken off", "80030003000000080000000500000003")]
    [InlineData("a farewell", "80030007000000080000000500000000")]
    [InlineData("more may be sent", "80030009000000080000000000008000")]
    public void Control_frames_are_written_as_the_protocol_says(string why, string bytes)
    {
        var frame = bytes[4..8] switch
        {
            "0006" => SpdyFrames.Ping(9),
            "0003" => SpdyFrames.RstStream(5, SpdyFrames.RefusedStream),
            "0007" => SpdyFrames.GoAway(5),
            _ => SpdyFrames.WindowUpdate(0, 0x8000),
        };
        Convert.ToHexStringLower(frame).ShouldBe(bytes, why);
    }

    [Fact]
    public void The_dictionary_has_the_checksum_of_the_protocol()
    {
        var (a, b) = (1u, 0u);
        foreach (var one in SpdyDictionary.Bytes) (a, b) = ((a + one) % 65521, (b + a + one) % 65521);
        (b << 16 | a).ShouldBe(SpdyDictionary.Checksum);
    }

    [Fact]
    public void Header_blocks_of_one_connection_are_read_in_turn()
    {
        var writer = new SpdyHeaderWriter();
        using var reader = new SpdyHeaderReader();
        for (var turn = 0; turn < 5; turn++)
        {
            var sent = new Dictionary<string, string> { ["streamType"] = "data", ["port"] = $"{8000 + turn}" };
            var read = reader.Read(writer.Write(sent));
            read.ShouldBe(new Dictionary<string, string> { ["streamtype"] = "data", ["port"] = $"{8000 + turn}" });
        }
    }

    [Fact]
    public void Every_written_block_ends_with_the_flush_that_Go_waits_for()
    {
        var writer = new SpdyHeaderWriter();
        Convert.ToHexStringLower(writer.Write(new Dictionary<string, string>()))
            .ShouldBe("7801" + "000400fbff" + "00000000" + "000000ffff");
        Convert.ToHexStringLower(writer.Write(new Dictionary<string, string>()))
            .ShouldBe("000400fbff" + "00000000" + "000000ffff");
    }

    [Fact]
    public void Header_blocks_that_build_on_each_other_and_on_the_dictionary_are_read()
    {
        // What a Go client sends: zlib with the dictionary, flushed after each block.
        using var output = new MemoryStream();
        var head = new byte[] { 0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2 };
        using var reader = new SpdyHeaderReader();
        using var deflater = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true);
        for (var turn = 0; turn < 3; turn++)
        {
            output.SetLength(0);
            if (turn == 0) output.Write(head);
            deflater.Write(Block(("streamtype", "error"), ("port", "80"), ("requestid", $"{turn}")));
            deflater.Flush();
            var read = reader.Read(output.ToArray());
            read["streamtype"].ShouldBe("error");
            read["requestid"].ShouldBe($"{turn}");
        }
    }

    [Fact]
    public void A_block_that_copies_out_of_the_dictionary_is_understood()
    {
        // One header "host: get", made by zlib's deflate with the dictionary preset and a sync flush.
        using var reader = new SpdyHeaderReader();
        var read = reader.Read(Convert.FromHexString(FromDictionary));
        read.ShouldBe(new Dictionary<string, string> { ["host"] = "get", ["content-length"] = "200 OK" });
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("another dictionary", "78bb01020304")]
    [InlineData("no deflate", "7801ffffffff")]
    [InlineData("a length beyond the block", "7801000400fbff0000000101")]
    public void What_is_no_header_block_is_refused(string why, string bytes)
    {
        using var reader = new SpdyHeaderReader();
        Should.Throw<SpdyProtocolException>(() => reader.Read(Convert.FromHexString(bytes)), why);
    }

    [Fact]
    public void A_block_that_swells_is_refused()
    {
        using var output = new MemoryStream();
        output.Write([0x78, 0x01]);
        using (var deflater = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflater.Write(Block(("a", new string('x', 1 << 20))));
            deflater.Flush();
        }
        using var reader = new SpdyHeaderReader();
        Should.Throw<SpdyProtocolException>(() => reader.Read(output.ToArray())).Message.ShouldContain("more than");
    }

    internal static byte[] Block(params (string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        void Number(int number) =>
            block.Write([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        void Word(string word)
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            Number(bytes.Length);
            block.Write(bytes);
        }
        Number(headers.Length);
        foreach (var (name, value) in headers)
        {
            Word(name);
            Word(value);
        }
        return block.ToArray();
    }

    private const string FromDictionary = "78f9e3c6a7c202e50ea4f2009a64314b2868d205000000ffff";
}
