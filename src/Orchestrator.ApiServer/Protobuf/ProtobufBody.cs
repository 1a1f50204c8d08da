using Orchestrator.ApiServer.Content;

namespace Orchestrator.ApiServer.Protobuf;

internal static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body) =>
        throw Refusals.UnsupportedMedia("application/json", "application/yaml");
}
