using System.Buffers;
using System.Text;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Lists;

/// <summary>Writes a page of a list in the shape that is asked for.</summary>
internal static class ListWriter
{
    public static async Task WriteAsync(ApiRequest request, ListPage page, int compressBytesMin, TimeProvider clock)
    {
        var accepted = request.Accepted;
        var rows = TableJson.RowObjectOf(request.Query.Text("includeObject"));
        var bytes = page.Items.Sum(static item => (long)ObjectJson.SizeOf(item));
        await using var body = AnswerBody.Open(request.Http, 200, accepted, bytes, compressBytesMin);
        var table = accepted.Shape == ObjectShape.Table
            ? new TableJson(request.Kind, accepted.ShapeVersion, rows, clock) : null;
        if (table is not null) table.WriteHead(body.Output, page.Revision, page.Next, page.Remaining);
        else WriteHead(body.Output, request, page);
        var isFirst = true;
        foreach (var item in page.Items)
        {
            if (!isFirst) body.Output.Write(","u8);
            isFirst = false;
            if (table is not null) table.WriteRow(body.Output, item);
            else if (accepted.Shape == ObjectShape.Whole) WriteItem(body.Output, request.Kind, item);
            else ObjectJson.WritePartial(body.Output, item, accepted.ShapeVersion);
            await body.FlushIfLargeAsync();
        }
        body.Output.Write("]}"u8);
        await body.CompleteAsync();
    }

    // Nobody but the list says what an item of a custom kind is, and the reference says it in each.
    private static void WriteItem(IBufferWriter<byte> output, Kind kind, StoredObject item)
    {
        if (kind is CustomKind) ObjectJson.Write(output, kind, item);
        else ObjectJson.WriteItem(output, item);
    }

    private static void WriteHead(IBufferWriter<byte> output, ApiRequest request, ListPage page)
    {
        var type = request.Accepted.Shape == ObjectShape.Whole
            ? $"{{\"kind\":\"{request.Kind.ListName}\",\"apiVersion\":\"{request.Kind.ApiVersion}\",\"metadata\":"
            : $"{{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/{request.Accepted.ShapeVersion}\",\"metadata\":";
        output.Write(Encoding.UTF8.GetBytes(type));
        ObjectJson.WriteListMeta(output, page.Revision, page.Next, page.Remaining);
        output.Write(",\"items\":["u8);
    }
}
