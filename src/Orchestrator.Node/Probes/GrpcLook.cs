using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>Well is who answers SERVING to <c>grpc.health.v1.Health/Check</c>, without TLS.</summary>
internal sealed class GrpcLook(IContainerRuntime runtime, ProbeTarget target, GRPCAction action) : ILook
{
    private const int FrameHeaderBytes = 5;
    private const int AnswerBytesMax = 4096;
    private const int Serving = 1;
    private static readonly string[] Statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    private readonly byte[] _question = Question(action.Service ?? "");
    private readonly string _at = Looks.HostAndPort(target.Address, action.Port);

    /// <inheritdoc/>
    public async Task<ProbeAnswer> LookAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var isConnected = false;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (_, token) =>
            {
                var connection = await runtime.DialAsync(target.Address, action.Port, token);
                isConnected = true;
                return new PodStream(connection);
            },
        };
        using var client = new HttpMessageInvoker(handler);
        try
        {
            using var request = Request();
            using var response = await client.SendAsync(request, cancellation);
            return await AnswerAsync(response, cancellation);
        }
        catch (OperationCanceledException)
        {
            return ProbeAnswer.Fail(isConnected
                ? $"timeout: health rpc did not complete within {Looks.Text(timeout)}"
                : $"timeout: failed to connect service \"{_at}\" within {Looks.Text(timeout)}: "
                    + "context deadline exceeded");
        }
        catch (HttpRequestException failed) when (failed.InnerException is RuntimeRefusedException refused)
        {
            return ProbeAnswer.Fail($"error: failed to connect service at \"{_at}\": connection error: "
                + Looks.Absence(target.Address, action.Port, refused));
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return ProbeAnswer.Fail(
                $"error: health rpc probe failed: rpc error: code = Unavailable desc = {failed.Message}");
        }
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"http://{_at}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(_question),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", HttpRequest.UserAgent);
        return request;
    }

    private static async Task<ProbeAnswer> AnswerAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = new byte[AnswerBytesMax];
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var code = Said(response, "grpc-status");
        if (response.StatusCode != HttpStatusCode.OK || code.Length == 0)
        {
            return ProbeAnswer.Fail("error: health rpc probe failed: rpc error: code = Unknown desc = unexpected HTTP "
                + $"status code received from server: {(int)response.StatusCode}");
        }
        if (code == "12")
        {
            return ProbeAnswer.Fail("error: this server does not implement the grpc health protocol "
                + $"(grpc.health.v1.Health): {Said(response, "grpc-message")}");
        }
        if (code != "0")
        {
            return ProbeAnswer.Fail("error: health rpc probe failed: rpc error: "
                + $"code = {CodeName(code)} desc = {Said(response, "grpc-message")}");
        }
        var status = Status(bytes.AsSpan(0, length));
        return status == Serving
            ? new ProbeAnswer(ProbeOutcome.Success, "service healthy")
            : ProbeAnswer.Fail($"service unhealthy (responded with \"{Name(status)}\")");
    }

    // An error without a body says everything in its headers.
    private static string Said(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var late) ? Uri.UnescapeDataString(late.First())
        : response.Headers.TryGetValues(name, out var early) ? Uri.UnescapeDataString(early.First())
        : "";

    private static string CodeName(string code) => code switch
    {
        "1" => "Canceled",
        "4" => "DeadlineExceeded",
        "5" => "NotFound",
        "7" => "PermissionDenied",
        "13" => "Internal",
        "14" => "Unavailable",
        "16" => "Unauthenticated",
        _ => $"Code({code})",
    };

    private static string Name(int status) => status < Statuses.Length ? Statuses[status] : $"{status}";

    // Five bytes of frame, then one message with at most one field: the status, number 1, a varint below 128.
    private static int Status(ReadOnlySpan<byte> answer)
    {
        const byte statusField = 1 << 3;
        return answer.Length >= FrameHeaderBytes + 2 && answer[FrameHeaderBytes] == statusField
            ? answer[FrameHeaderBytes + 1] & 0x7f : 0;
    }

    private static byte[] Question(string service)
    {
        const byte serviceField = (1 << 3) | 2;
        var name = Encoding.UTF8.GetBytes(service);
        var message = new List<byte>();
        if (name.Length > 0)
        {
            message.Add(serviceField);
            for (var length = name.Length; ; length >>= 7)
            {
                message.Add((byte)(length >= 0x80 ? (length & 0x7f) | 0x80 : length));
                if (length < 0x80) break;
            }
            message.AddRange(name);
        }
        var frame = new byte[FrameHeaderBytes + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Count);
        message.CopyTo(frame, FrameHeaderBytes);
        return frame;
    }
}
