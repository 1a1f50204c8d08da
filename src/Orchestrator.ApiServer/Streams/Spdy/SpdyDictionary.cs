using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>The text both sides of SPDY/3 know before the first header, so that it need not be sent.</summary>
internal static class SpdyDictionary
{
    /// <summary>Adler-32 of the text, by which a zlib stream names its dictionary.</summary>
    public const uint Checksum = 0xe3c6a7c2;

    private const string Words =
        "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
        + "authorization cache-control connection content-base content-encoding content-language content-length "
        + "content-location content-md5 content-range content-type date etag expect expires from host if-match "
        + "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
        + "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
        + "user-agent vary via warning www-authenticate method get status 200 OK version HTTP/1.1 url public set-cookie "
        + "keep-alive origin";

    private const string Tail =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
        + "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
        + "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
        + "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
        + "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
        + "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    /// <summary>The text.</summary>
    public static byte[] Bytes { get; } = Make();

    // Each word has its length before it, as in the headers themselves; "200 OK" is one word.
    private static byte[] Make()
    {
        using var text = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var word in Words.Replace("200 OK", "200\u0001OK", StringComparison.Ordinal).Split(' '))
        {
            var bytes = Encoding.ASCII.GetBytes(word.Replace('\u0001', ' '));
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
            text.Write(length);
            text.Write(bytes);
        }
        text.Write(Encoding.ASCII.GetBytes(Tail));
        return text.ToArray();
    }
}
