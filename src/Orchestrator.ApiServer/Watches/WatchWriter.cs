using System.Buffers;
using System.Globalization;
using System.Text;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Watches;

/// <summary>Writes the events of one watch, a line each. The bytes of the objects are shared by all watches.</summary>
internal sealed class WatchWriter
{
    private readonly Kind _kind;
    private readonly Accepted _accepted;
    private readonly IBufferWriter<byte> _output;
    private readonly TableJson? _table;
    private bool _columnsSent;

    public WatchWriter(ApiRequest request, IBufferWriter<byte> output, TimeProvider clock)
    {
        (_kind, _accepted, _output) = (request.Kind, request.Accepted, output);
        if (_accepted.Shape != ObjectShape.Table) return;
        var rows = TableJson.RowObjectOf(request.Query.Text("includeObject"));
        _table = new TableJson(_kind, _accepted.ShapeVersion, rows, clock);
    }

    /// <summary>An object came, changed or went.</summary>
    public void Write(ChangeType type, StoredObject stored)
    {
        _output.Write(type switch
        {
            ChangeType.Added => "{\"type\":\"ADDED\",\"object\":"u8,
            ChangeType.Modified => "{\"type\":\"MODIFIED\",\"object\":"u8,
            _ => "{\"type\":\"DELETED\",\"object\":"u8,
        });
        if (_table is not null)
        {
            WriteTableHead(stored.Revision);
            _table.WriteRow(_output, stored);
            _output.Write("]}"u8);
        }
        else if (_accepted.Shape == ObjectShape.Metadata)
            ObjectJson.WritePartial(_output, stored, _accepted.ShapeVersion);
        else ObjectJson.Write(_output, _kind, stored);
        _output.Write("}\n"u8);
    }

    /// <summary>Everything up to a revision has been sent.</summary>
    public void WriteBookmark(long revision, bool endsInitialEvents)
    {
        _output.Write("{\"type\":\"BOOKMARK\",\"object\":"u8);
        if (_table is not null)
        {
            WriteTableHead(revision);
            if (endsInitialEvents) WriteBookmarkRow(revision);
            _output.Write("]}}\n"u8);
            return;
        }
        WriteBookmarkObject(revision, endsInitialEvents);
        _output.Write("}\n"u8);
    }

    /// <summary>The watch cannot go on.</summary>
    public void WriteError(ApiException refusal)
    {
        _output.Write("{\"type\":\"ERROR\",\"object\":"u8);
        StatusJson.WriteFailure(_output, refusal);
        _output.Write("}\n"u8);
    }

    private void WriteTableHead(long revision)
    {
        _table!.WriteHead(_output, revision, null, null, columns: !_columnsSent);
        _columnsSent = true;
    }

    private void WriteBookmarkRow(long revision)
    {
        _output.Write("{\"cells\":[],\"object\":"u8);
        WriteBookmarkObject(revision, endsInitialEvents: true);
        _output.Write("}"u8);
    }

    private void WriteBookmarkObject(long revision, bool endsInitialEvents)
    {
        var isWhole = _accepted.Shape == ObjectShape.Whole;
        var (name, version) = isWhole ? (_kind.Name, _kind.ApiVersion)
            : ("PartialObjectMetadata", $"meta.k8s.io/{_accepted.ShapeVersion}");
        var annotations = endsInitialEvents ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        _output.Write(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"kind\":\"{name}\",\"apiVersion\":\"{version}\",\"metadata\":{{\"resourceVersion\":\"{revision}\",\"creationTimestamp\":null{annotations}}}}}")));
    }
}
