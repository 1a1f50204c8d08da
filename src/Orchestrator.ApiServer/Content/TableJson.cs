using System.Buffers;
using System.Text.Json;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Content;

/// <summary>What the rows of a table carry besides their cells.</summary>
internal enum RowObject
{
    Metadata,
    None,
    Whole,
}

/// <summary>
/// Writes tables as <c>kubectl get</c> prints them. Every row has all cells; the client drops the wide ones.
/// </summary>
internal sealed class TableJson(Kind kind, string version, RowObject rowObject, TimeProvider clock)
{
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = ApiJson.Options.Encoder, SkipValidation = true };

    private static readonly IReadOnlyList<Column> BareColumns =
    [
        new("Name", "string", static (obj, _) => obj.Metadata.Name ?? "", IsWide: false),
        new("Created At", "date", static (obj, _) =>
            obj.Metadata.CreationTimestamp?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") ?? "<unknown>", IsWide: false),
    ];

    private readonly IReadOnlyList<Column> _columns = kind.TableColumns.Count > 0 ? kind.TableColumns : BareColumns;

    /// <summary>How rows show their objects, by the query.</summary>
    public static RowObject RowObjectOf(string includeObject) => includeObject switch
    {
        "" or "Metadata" => RowObject.Metadata,
        "None" => RowObject.None,
        "Object" => RowObject.Whole,
        var other => throw Refusals.InvalidOptions(
            "TableOptions", FieldError.Invalid(
                "includeObject", other, "must be 'Metadata', 'Object', 'None', or empty")),
    };

    /// <summary>All up to the first row.</summary>
    public void WriteHead(IBufferWriter<byte> output, long revision, string? next, long? remaining, bool columns = true)
    {
        output.Write("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/"u8);
        output.Write(version == "v1" ? "v1"u8 : "v1beta1"u8);
        output.Write("\",\"metadata\":"u8);
        ObjectJson.WriteListMeta(output, revision, next, remaining);
        output.Write(",\"columnDefinitions\":["u8);
        if (columns) WriteColumns(output);
        output.Write("],\"rows\":["u8);
    }

    /// <summary>One row.</summary>
    public void WriteRow(IBufferWriter<byte> output, StoredObject stored)
    {
        output.Write("{\"cells\":"u8);
        WriteCells(output, stored.Object);
        if (kind.CompletionOf(stored.Object) is { } completion) WriteCompletion(output, completion);
        if (rowObject == RowObject.Metadata)
        {
            output.Write(",\"object\":"u8);
            ObjectJson.WritePartial(output, stored, version);
        }
        else if (rowObject == RowObject.Whole)
        {
            output.Write(",\"object\":"u8);
            ObjectJson.Write(output, kind, stored);
        }
        output.Write("}"u8);
    }


    /// <summary>All after the last row.</summary>
    public static void WriteTail(IBufferWriter<byte> output) => output.Write("]}"u8);

    private void WriteCells(IBufferWriter<byte> output, ApiObject obj)
    {
        using var json = new Utf8JsonWriter(output, WriterOptions);
        var now = clock.GetUtcNow();
        json.WriteStartArray();
        foreach (var column in _columns)
        {
            switch (column.Cell(obj, now))
            {
                case int number: json.WriteNumberValue(number); break;
                case long number: json.WriteNumberValue(number); break;
                case bool flag: json.WriteBooleanValue(flag); break;
                case { } text: json.WriteStringValue(text.ToString()); break;
                case null: json.WriteNullValue(); break;
            }
        }
        json.WriteEndArray();
    }

    private static void WriteCompletion(IBufferWriter<byte> output, RowCompletion completion)
    {
        output.Write(",\"conditions\":["u8);
        using (var json = new Utf8JsonWriter(output, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type", "Completed");
            json.WriteString("status", "True");
            json.WriteString("reason", completion.Reason);
            json.WriteString("message", completion.Message);
            json.WriteEndObject();
        }
        output.Write("]"u8);
    }

    private void WriteColumns(IBufferWriter<byte> output)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            using var json = new Utf8JsonWriter(output, WriterOptions);
            json.WriteStartObject();
            json.WriteString("name", _columns[i].Name);
            json.WriteString("type", _columns[i].Type);
            json.WriteString("format", _columns[i].Name == "Name" ? "name" : _columns[i].Format);
            json.WriteString("description", _columns[i].Description);
            json.WriteNumber("priority", _columns[i].IsWide ? 1 : 0);
            json.WriteEndObject();
        }
    }
}
