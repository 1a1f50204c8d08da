namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>The other side does not speak SPDY/3.1 as it is written; the connection cannot go on.</summary>
internal sealed class SpdyProtocolException(string why, Exception? inner = null) : Exception(why, inner);
