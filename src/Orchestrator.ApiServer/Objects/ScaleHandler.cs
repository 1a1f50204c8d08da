using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Autoscaling.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Objects;

/// <summary>
/// Reads and writes the replica count of a scalable object. A write becomes a patch of <c>spec.replicas</c>, so it
/// cannot undo anything else, and needs no version unless the caller names one.
/// </summary>
internal sealed class ScaleHandler(
    GetHandler reads, RequestBody body, PatchHandler patches, WriteHandler writes, TimeProvider clock)
{
    private const string ApiVersion = "autoscaling/v1";

    public async Task GetAsync(ApiRequest request) =>
        await AnswerAsync(request, ScaleView.Of(request.Kind, (await reads.FindAsync(request)).Object));

    public async Task PutAsync(ApiRequest request)
    {
        const string OptionsKind = "UpdateOptions";
        var options = request.WriteOptions(OptionsKind);
        var json = await body.ReadJsonAsync(request.Http);
        var sent = Decode(request, json.Span, OptionsKind);
        if (sent.Metadata.Name is { Length: > 0 } name && name != request.Path.Name)
        {
            throw ApiException.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        }
        await WriteAsync(request, sent, options);
    }

    public async Task PatchAsync(ApiRequest request)
    {
        const string OptionsKind = "PatchOptions";
        var patch = await patches.ReadAsync(request);
        var options = request.WriteOptions(OptionsKind);
        var current = ScaleView.Of(request.Kind, (await reads.FindAsync(request)).Object);
        // Without its version, so that one in the outcome is one that the patch asks for.
        var bare = current with { Metadata = current.Metadata with { ResourceVersion = null } };
        var tree = JsonNode.Parse(ApiJson.Write(bare))!;
        var type = patch.ContentType == Patches.ApplyType ? Patches.MergeType : patch.ContentType;
        var patched = Patches.Apply(typeof(Scale), tree, type, patch.Body);
        var sent = Decode(request, Encoding.UTF8.GetBytes(patched.ToJsonString(ApiJson.Options)), OptionsKind);
        await WriteAsync(request, sent, options);
    }

    private async Task WriteAsync(ApiRequest request, Scale sent, WriteOptions options)
    {
        var replicas = sent.Spec.Replicas;
        if (replicas < 0)
        {
            throw Refusals.Invalid("Scale", "autoscaling", request.Path.Name!,
                FieldError.Invalid("spec.replicas", replicas, "must be greater than or equal to 0"));
        }
        var change = request.Kind is CustomKind { Scale: { } scale }
            ? scale.Change(replicas)
            : new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } };
        if (sent.Metadata.ResourceVersion is { Length: > 0 } version)
        {
            change["metadata"] = new JsonObject { ["resourceVersion"] = version };
        }
        var patch = Views.ToStored(request.Kind,
            new PatchRequest(Patches.MergeType, Encoding.UTF8.GetBytes(change.ToJsonString()), ""));
        var result = await writes.DoAsync(
            request, request.Path.Key, grain => grain.Patch(patch, options), options.DryRun, Repeat.Safe);
        if (request.Kind.NotActedOnYet is { } sentence) WriteHandler.Warn(request.Http, [sentence]);
        await AnswerAsync(request, ScaleView.Of(request.Kind, Views.ToShown(request.Kind, result.Object)));
    }

    private static Scale Decode(ApiRequest request, ReadOnlySpan<byte> json, string optionsKind)
    {
        var decoded = ObjectDecoder.Decode<Scale>(ApiVersion, "Scale", json, request.Validation(optionsKind));
        WriteHandler.Warn(request.Http, decoded.Warnings);
        return decoded.Value;
    }

    private Task AnswerAsync(ApiRequest request, Scale scale) =>
        AnswerBody.WriteAsync(request.Http, 200, request.Accepted, output =>
        {
            if (request.Accepted.Shape == ObjectShape.Table) WriteTable(output, request, scale);
            else if (request.Accepted.Shape == ObjectShape.Metadata)
                ObjectJson.WritePartial(output, Views.AsStored(Scale.Kind, scale), request.Accepted.ShapeVersion);
            else
            {
                output.Write("{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\","u8);
                output.Write(ApiJson.Write(scale).AsSpan(1));
            }
        });

    private void WriteTable(IBufferWriter<byte> output, ApiRequest request, Scale scale)
    {
        var rows = TableJson.RowObjectOf(request.Query.Text("includeObject"));
        var table = new TableJson(Scale.Kind, request.Accepted.ShapeVersion, rows, clock);
        var shown = Views.AsStored(Scale.Kind, scale);
        table.WriteHead(output, shown.Revision, null, null);
        table.WriteRow(output, shown);
        TableJson.WriteTail(output);
    }
}
